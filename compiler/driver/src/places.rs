//! Places that are paid for, and which nodes are in them: reservations of the fleet's own, such as an author wrote by
//! their native type, and what was granted. Must not know prices.

use tonnage_base::{Date, Market, Symbol};
use tonnage_graph::{Holds, Site};
use tonnage_plan::money::{Granted, Idle};

use crate::money::{Owner, There};

/// Places, until nodes take them.
pub struct Places(Vec<Place>);

struct Place {
    of: Of,
    site: Site,
    shape: Symbol,
    zone: Option<Symbol>,
    left: u64,
}

enum Of {
    /// A reservation that the fleet makes, by what keys call its capacity.
    Own(String),
    /// One that is written by its native type, and whether nodes run in it that do not name it.
    Native { is_open: bool },
    /// What was granted: which of the list.
    Granted(usize),
}

impl Places {
    /// Of what is there on a day.
    pub fn of(day: Date, resources: &[There], granted: &[Granted]) -> Self {
        let own = resources.iter().filter_map(|there| {
            let owner = Owner::of(there.address.as_str());
            let is_own = there.holds.reserves_only && !owner.is_native;
            is_own.then(|| (Of::Own(owner.key()), there.site, there.holds))
        });
        let native = resources.iter().filter_map(|there| {
            let of = there.reserved.filter(|of| of.start.is_none_or(|start| start <= day))?;
            Some((Of::Native { is_open: of.is_open }, there.site, of.holds))
        });
        let place = |(of, site, holds): (Of, Site, Holds)| Place {
            of,
            site,
            shape: holds.shape,
            zone: holds.zone,
            left: holds.nodes.into(),
        };
        let granted = granted.iter().enumerate().map(|(at, of)| Place {
            of: Of::Granted(at),
            site: of.site,
            shape: of.shape,
            zone: Some(of.zone),
            left: of.nodes.saturating_add(of.gone),
        });
        let mut places: Vec<Place> = own.chain(native).map(place).chain(granted).collect();
        // nodes that name a reservation leave the open ones to those that name none
        places.sort_by_key(|place| matches!(place.of, Of::Native { is_open: true }));
        Self(places)
    }

    /// Puts the nodes of a group into places: those that its key names, else, where the files do not know what it is
    /// drawn from, such as any may take. Reserved nodes go into any of their shape and place, those bought on demand
    /// into one that is open. How many are in a reservation that is paid for itself: the others run outside of one.
    pub fn take(&mut self, source: (Option<&str>, bool), granted: &[Granted], site: Site, holds: Holds) -> u32 {
        if holds.reserves_only || holds.market == Market::Spot {
            return 0;
        }
        let (source, is_known) = source;
        let is_reserved = holds.market == Market::Reserved;
        let fits = |place: &Place| {
            let in_zone = place.zone.is_none() || holds.zone.is_none() || place.zone == holds.zone;
            place.site == site && place.shape == holds.shape && in_zone
        };
        let of_own = |place: &Place| matches!(&place.of, Of::Own(key) if source == Some(key));
        let is_granted = |place: &Place| match place.of {
            Of::Granted(at) => granted.get(at).filter(|of| !of.own),
            Of::Own(_) | Of::Native { .. } => None,
        };
        let by_id = |of: &Granted| {
            let key = || Owner::of(of.block.as_str()).key();
            source.is_some_and(|source| of.sources.iter().any(|of| of.as_str() == source) || key() == source)
        };
        if self.0.iter().any(of_own) {
            return self.fill(holds.nodes, |place| of_own(place) && fits(place));
        }
        if is_reserved && self.0.iter().filter_map(is_granted).any(by_id) {
            self.fill(holds.nodes, |place| is_granted(place).is_some_and(by_id));
            return 0;
        }
        if is_known {
            return 0;
        }
        let inside = self.fill(holds.nodes, |place| match place.of {
            Of::Native { is_open } => fits(place) && (is_reserved || is_open),
            Of::Own(_) | Of::Granted(_) => false,
        });
        if is_reserved {
            self.fill(holds.nodes - inside, |place| fits(place) && is_granted(place).is_some());
        }
        inside
    }

    fn fill(&mut self, nodes: u32, may: impl Fn(&Place) -> bool) -> u32 {
        let mut taken = 0;
        for place in self.0.iter_mut().filter(|place| may(place)) {
            let more = u32::try_from(place.left).unwrap_or(u32::MAX).min(nodes - taken);
            place.left -= u64::from(more);
            taken += more;
        }
        taken
    }

    /// Granted places that nobody took, of each of the list: those first that the files name no longer.
    pub fn idle<'g>(&self, granted: &'g [Granted]) -> impl Iterator<Item = (&'g Granted, Idle, u64)> {
        let left = self.0.iter().filter_map(|place| match place.of {
            Of::Granted(at) => Some((granted.get(at)?, place.left)),
            Of::Own(_) | Of::Native { .. } => None,
        });
        let split = left.flat_map(|(of, left)| {
            let gone = left.min(of.gone);
            [(of, Idle::Gone, gone), (of, Idle::Named, left - gone)]
        });
        split.filter(|(.., nodes)| *nodes > 0).collect::<Vec<_>>().into_iter()
    }
}
