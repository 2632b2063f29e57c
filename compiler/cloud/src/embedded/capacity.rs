//! How many nodes can run where, by the scenario: for groups that fill and for the planner. Must not know how a group
//! comes about.

use tonnage_base::{Market, Symbol};
use tonnage_graph::Holds;

use super::scenario::{Ceiling, Scenario};
use super::world::Held;
use crate::cloud::KnownCapacity;
use crate::glob::matches;

/// The code of a group that the cloud has no room for.
pub(super) const INSUFFICIENT: &str = "InsufficientInstanceCapacity";

/// Somewhere, some nodes of a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub region: Symbol,
    pub zone: Option<Symbol>,
    pub shape: Symbol,
    pub market: Market,
}

impl Wanted {
    pub fn by(region: Symbol, holds: Holds) -> Self {
        let market = if holds.reserves_only { Market::OnDemand } else { holds.market };
        Self { region, zone: holds.zone, shape: holds.shape, market }
    }
}

/// A ceiling over some nodes.
struct Limit<'a> {
    region: Option<&'a str>,
    zone: Option<&'a str>,
    shape: &'a str,
    market: Option<&'a str>,
    nodes: u64,
    code: &'a str,
}

impl Limit<'_> {
    fn covers(&self, wanted: Wanted) -> bool {
        self.region.is_none_or(|region| wanted.region == region)
            && self.zone.is_none_or(|zone| wanted.zone.is_some_and(|z| z == zone))
            && matches(self.shape, wanted.shape.as_str())
            && self.market.is_none_or(|market| wanted.market.as_str() == market)
    }

    /// A row for all markets together does not count a reservation beside the nodes that run in it.
    fn counts(&self, region: Symbol, held: &Held) -> bool {
        let wanted = Wanted { region, zone: held.holds.zone, shape: held.holds.shape, market: held.market() };
        (self.market.is_some() || !held.holds.reserves_only) && self.covers(wanted)
    }
}

impl Scenario {
    /// Whether it says anything of how many nodes can run.
    pub(super) fn limits_nodes(&self) -> bool {
        !self.capacity.is_empty() || self.quotas.iter().any(|q| q.shape.is_some())
    }

    fn limits(&self) -> Vec<Limit<'_>> {
        let mut limits: Vec<Limit<'_>> = Vec::new();
        for row in &self.capacity {
            let limit = Limit {
                region: row.region.as_deref(),
                zone: row.zone.as_deref(),
                shape: &row.shape,
                market: row.market.as_deref().or(row.reservation.as_ref().map(|_| Market::Reserved.as_str())),
                nodes: row.nodes,
                code: INSUFFICIENT,
            };
            // A group does not say which reservation it runs in: reservations side by side are one room.
            let beside = limits.iter_mut().find(|other| {
                row.reservation.is_some()
                    && (other.region, other.zone, other.shape, other.market)
                        == (limit.region, limit.zone, limit.shape, limit.market)
            });
            match beside {
                Some(other) => other.nodes = other.nodes.saturating_add(limit.nodes),
                None => limits.push(limit),
            }
        }
        limits.extend(self.quotas.iter().filter_map(|quota| {
            Some(Limit {
                region: quota.region.as_deref(),
                zone: None,
                shape: quota.shape.as_deref()?,
                market: quota.market.as_deref(),
                nodes: quota.limit,
                code: &quota.code,
            })
        }));
        limits
    }

    /// How many nodes can still be had, beside what is held by others, and the code of the ceiling that says so.
    /// None: the scenario says nothing.
    pub(super) fn free(&self, wanted: Wanted, others: &[(Symbol, &Held)]) -> Option<(u64, String)> {
        let mut least: Option<(u64, &str)> = None;
        let limits = self.limits();
        for limit in limits.iter().filter(|limit| limit.covers(wanted)) {
            let taken: u64 =
                others.iter().filter(|(region, held)| limit.counts(*region, held)).map(|(_, held)| held.nodes).sum();
            let free = limit.nodes.saturating_sub(taken);
            if least.is_none_or(|(nodes, _)| free < nodes) {
                least = Some((free, limit.code));
            }
        }
        least.map(|(nodes, code)| (nodes, code.to_owned()))
    }

    /// What is known, for the planner.
    pub(super) fn known(&self, regions: &[Symbol]) -> Vec<KnownCapacity> {
        let mut known = Vec::new();
        let name = |text: &Option<String>| text.as_deref().map(Symbol::new);
        for row in &self.capacity {
            for &region in regions.iter().filter(|r| row.region.as_deref().is_none_or(|name| **r == name)) {
                known.push(KnownCapacity {
                    region,
                    zone: name(&row.zone),
                    shape: Symbol::new(&row.shape),
                    market: name(&row.market),
                    reservation: name(&row.reservation),
                    nodes: row.nodes,
                    source: row.source(),
                });
            }
        }
        for quota in &self.quotas {
            let Some(shape) = &quota.shape else { continue };
            for &region in regions.iter().filter(|r| quota.region.as_deref().is_none_or(|name| **r == name)) {
                known.push(KnownCapacity {
                    region,
                    zone: None,
                    shape: Symbol::new(shape),
                    market: name(&quota.market),
                    reservation: None,
                    nodes: quota.limit,
                    source: format!("quota {}", quota.code),
                });
            }
        }
        known
    }
}

impl Ceiling {
    pub(super) fn source(&self) -> String {
        match (&self.source, &self.reservation) {
            (Some(source), _) => source.clone(),
            (None, Some(reservation)) => format!("reservation {reservation}"),
            (None, None) => "scenario".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        Scenario::parse(
            r#"{
            "capacity": [
                {"zone": "z1", "shape": "big", "market": "on_demand", "nodes": 10},
                {"zone": "z1", "shape": "big", "reservation": "cr-1", "nodes": 4},
                {"zone": "z1", "shape": "big", "reservation": "cr-2", "nodes": 2}],
            "quotas": [{"region": "r", "shape": "b*", "market": "on_demand", "limit": 12, "code": "VcpuLimitExceeded"}]
        }"#,
        )
        .expect("reads")
    }

    fn held(zone: &str, market: Market, nodes: u64, reserves_only: bool) -> Held {
        let holds =
            Holds { shape: Symbol::new("big"), nodes: 99, market, zone: Some(Symbol::new(zone)), reserves_only };
        Held { holds, nodes }
    }

    #[test]
    fn the_tightest_ceiling_counts_with_what_others_hold() {
        let (scenario, region) = (scenario(), Symbol::new("r"));
        let free = |zone: &str, market: Market, others: &[Held]| {
            let others: Vec<(Symbol, &Held)> = others.iter().map(|h| (region, h)).collect();
            let wanted = Wanted { region, zone: Some(Symbol::new(zone)), shape: Symbol::new("big"), market };
            scenario.free(wanted, &others)
        };
        let room = |n: u64, code: &str| Some((n, code.to_owned()));
        assert_eq!(free("z1", Market::OnDemand, &[]), room(10, INSUFFICIENT));
        assert_eq!(free("z1", Market::OnDemand, &[held("z1", Market::OnDemand, 3, false)]), room(7, INSUFFICIENT));
        let elsewhere = [held("z2", Market::OnDemand, 5, false)];
        assert_eq!(free("z1", Market::OnDemand, &elsewhere), room(7, "VcpuLimitExceeded"));
        assert_eq!(free("z1", Market::Reserved, &[held("z1", Market::Reserved, 1, false)]), room(5, INSUFFICIENT));
        // A reservation takes from what anybody could buy.
        assert_eq!(free("z1", Market::OnDemand, &[held("z1", Market::Reserved, 8, true)]), room(2, INSUFFICIENT));
        assert_eq!(free("z9", Market::Spot, &[]), None);
    }
}
