//! What a plan puts at risk, in words: an alarm for each kind of it, short for the headline and long beside it. Must
//! not know how it is counted.

use std::collections::BTreeSet;

use tonnage_base::{Symbol, quantity::group_thousands};
use tonnage_plan::EffectKind;

use super::{Forfeited, Nodes, Places, Risks, STOP};
use crate::{
    alarms::{Alarm, Risk},
    alike, words,
};

impl Risks {
    /// What of it must not be overlooked, what hurts most first.
    pub fn alarms(&self) -> Vec<Alarm> {
        let all = [
            self.stopped_nodes(),
            self.nodes_that_may_stop(),
            self.lost_access(),
            self.unknown_effects(),
            self.given_up(false),
            self.given_up(true),
            self.reserved_twice(),
            self.lost_data(),
            self.gone_data(),
            self.left_data(),
            self.needed_twice(),
            self.old_shape(),
            self.old_version(),
        ];
        all.into_iter().flatten().collect()
    }

    fn stopped_nodes(&self) -> Option<Alarm> {
        let alarm = || Alarm::new(STOP, Risk::High, self.stopped_in_short(), vec![self.stopped_in_words()]);
        (!self.stopped.is_none()).then(alarm)
    }

    fn nodes_that_may_stop(&self) -> Option<Alarm> {
        if self.may_stop.is_none() {
            return None;
        }
        let text = match self.may_stop {
            Nodes { gpus: 0, .. } => self.may_stop.words(),
            nodes => words::count(nodes.gpus, "GPU"),
        };
        // the headline says how many stop at most
        let headline = if self.is_range() { String::new() } else { format!("up to {text} may stop") };
        let in_all =
            if self.is_range() { format!("; at most {} in all", self.most_stopped.words()) } else { String::new() };
        let disks = match self.local_gb_at_risk {
            0 => String::new(),
            gb => format!("; up to {} on their local disks is lost with them", words::gigabytes(gb)),
        };
        let line = format!("up to {}{in_all}{disks}", self.may_stop.words());
        Some(Alarm::new("may stop", Risk::Some, headline, vec![line]))
    }

    fn lost_access(&self) -> Option<Alarm> {
        let headline = || format!("{} lose access", words::count(self.cut_off.nodes, "running node"));
        let alarm = || Alarm::new("lose access", Risk::High, headline(), self.cut_off_by.clone());
        (!self.cut_off.is_none()).then(alarm)
    }

    fn unknown_effects(&self) -> Option<Alarm> {
        let headline = || format!("{} of unknown effect", words::count(self.unknown.resources, "change"));
        let line = || format!("what happens to {}", self.unknown.words());
        (!self.unknown.is_none()).then(|| Alarm::new("cannot know", Risk::Some, headline(), vec![line()]))
    }

    /// What is given back may not be had again; what is left unused is there, and paid for.
    fn given_up(&self, idle: bool) -> Option<Alarm> {
        let rows: Vec<&Forfeited> = self.forfeited.iter().filter(|row| row.idle == idle).collect();
        if rows.is_empty() {
            return None;
        }
        let sum = |of: fn(&Forfeited) -> u64| rows.iter().map(|row| of(row)).sum::<u64>();
        let (least, most) = (sum(|row| row.least.nodes), sum(|row| row.most.nodes));
        let nodes = words::between(least, most, "node");
        let (what, headline) = match idle {
            false => ("capacity lost", format!("capacity of {nodes} lost")),
            true => ("left unused", format!("paid capacity of {nodes} left unused")),
        };
        let risk = if least > 0 && !idle { Risk::High } else { Risk::Some };
        let lines = rows.iter().map(|row| row.words()).chain(self.ways_to_keep().filter(|_| !idle));
        Some(Alarm::new(what, risk, headline, lines.collect::<Vec<_>>()))
    }

    fn ways_to_keep(&self) -> impl Iterator<Item = String> {
        self.keep.iter().map(|way| format!("to keep what is reserved: {way}"))
    }

    fn reserved_twice(&self) -> Option<Alarm> {
        if self.paid_twice.is_none() {
            return None;
        }
        let headline = format!("capacity of {} paid twice", words::count(self.paid_twice.nodes, "node"));
        let line = format!(
            "{}: the old reservation stays and is billed beside the new one, until somebody deletes it",
            self.paid_twice.words()
        );
        let lines = std::iter::once(line).chain(self.ways_to_keep()).collect::<Vec<_>>();
        Some(Alarm::new("paid twice", Risk::High, headline, lines))
    }

    fn lost_data(&self) -> Option<Alarm> {
        if self.stores_lost == 0 {
            return None;
        }
        let stores = stored(self.stores_lost, self.gib_lost, self.stores_of_unknown_size);
        let text = format!("{stores}: {}", self.named(EffectKind::DataLost));
        Some(Alarm::new("data lost", Risk::High, format!("{} lost", data(self.gib_lost)), vec![text]))
    }

    fn gone_data(&self) -> Option<Alarm> {
        if self.stores_gone == 0 {
            return None;
        }
        let stores = stored(self.stores_gone, self.gib_gone, self.gone_of_unknown_size);
        let named = self.named(EffectKind::DataGone);
        let text = format!("{stores}, deleted by others, {named}; what is made in its place is empty");
        let headline = format!("{} gone with what others deleted", data(self.gib_gone));
        Some(Alarm::new("data gone", Risk::High, headline, vec![text]))
    }

    fn left_data(&self) -> Option<Alarm> {
        if self.stores_left == 0 {
            return None;
        }
        let stores = words::count(self.stores_left, "store");
        let size = if self.gib_left > 0 { format!("{} in ", words::gibibytes(self.gib_left)) } else { String::new() };
        let (as_it_is, its) =
            if self.stores_left == 1 { ("kept as it is", "its") } else { ("kept as they are", "their") };
        let named = self.named(EffectKind::LeftBehind);
        let text = format!("{size}{stores} {as_it_is}, {named}; what takes {its} place is empty");
        Some(Alarm::new("left behind", Risk::Some, format!("{} left behind", data(self.gib_left)), vec![text]))
    }

    fn needed_twice(&self) -> Option<Alarm> {
        let line = || format!("{}: the new one comes before the old one goes", self.twice.words());
        (!self.twice.is_none()).then(|| Alarm::new("needed twice", Risk::Some, String::new(), vec![line()]))
    }

    fn old_shape(&self) -> Option<Alarm> {
        let ((old, _), first) = self.old_shapes.iter().next()?;
        let headline = match self.old_shapes.len() {
            1 => format!("{} stay {old}", words::count(first.nodes, "node")),
            _ => "nodes stay their old shapes".to_owned(),
        };
        let lines = self.old_shapes.iter().map(|((old, new), nodes)| {
            let nodes = nodes.words();
            format!("{nodes} stay {old}: the plan changes what is asked for to {new}, and replaces none of them")
        });
        Some(Alarm::new("old shape", Risk::Some, headline, lines.collect::<Vec<_>>()))
    }

    fn old_version(&self) -> Option<Alarm> {
        if self.old_version.is_none() {
            return None;
        }
        let nodes = match self.old_version {
            Nodes { nodes: 0, uncounted: 1.., .. } => "an unknown number of nodes".to_owned(),
            Nodes { nodes, .. } => words::count(nodes, "node"),
        };
        let stay = format!("{} stay on it", self.old_version.words());
        let ways = self.bring_over.iter().map(|way| format!("to bring them over: {way}"));
        let lines = std::iter::once(stay).chain(ways).collect::<Vec<_>>();
        Some(Alarm::new("old version", Risk::Some, format!("{nodes} left on an old version"), lines))
    }

    /// The stores of an effect, by name: of several without their keys.
    fn named(&self, kind: EffectKind) -> String {
        let stores: Vec<Symbol> = self.stores.get(&kind).into_iter().flatten().copied().collect();
        if let [only] = stores.as_slice() {
            return only.to_string();
        }
        let labels: BTreeSet<String> = stores.iter().map(|store| words::without_keys(store.as_str())).collect();
        alike::names(labels.iter().map(String::as_str))
    }

    /// `16 GPUs stopped`, `at least 16, at most 32 GPUs stopped`, and CPU nodes beside them; where it is done in
    /// batches, how many are down at once.
    fn stopped_in_short(&self) -> String {
        let most = if self.is_range() { self.most_stopped } else { self.stopped };
        let gpus = words::between(self.stopped.gpus, most.gpus, "GPU");
        let mut text = match most {
            Nodes { gpus: 0, nodes, .. } if nodes > self.stopped.nodes => {
                format!("{} stopped", words::between(self.stopped.nodes, nodes, "node"))
            }
            Nodes { gpus: 0, .. } => format!("{} stopped", self.stopped.words()),
            Nodes { cpu_nodes: 0, .. } => format!("{gpus} stopped"),
            Nodes { cpu_nodes, .. } => {
                format!("{gpus} and {} stopped", words::between(self.stopped.cpu_nodes, cpu_nodes, "CPU node"))
            }
        };
        let number = |nodes: Nodes| if nodes.gpus > 0 { group_thousands(nodes.gpus) } else { nodes.words() };
        if self.in_batches.is_none() {
            return text;
        }
        if self.in_batches != self.stopped || self.is_range() {
            text.push_str(&format!(", {} of them", number(self.in_batches)));
        }
        text.push_str(" in batches");
        if self.at_once.uncounted == 0 {
            text.push_str(&format!(" (at most {} at once)", number(self.at_once)));
        }
        text
    }

    fn stopped_in_words(&self) -> String {
        let mut text = self.stopped.words();
        let batches = self.at_once.as_batches();
        if self.in_batches == self.stopped {
            text.push_str(&format!(", {batches}"));
        } else if !self.in_batches.is_none() {
            text.push_str(&format!(", of which {} {batches}", self.in_batches.words()));
        }
        if self.local_gb_lost > 0 {
            text.push_str(&format!("; {} on their local disks is lost", words::gigabytes(self.local_gb_lost)));
        }
        text
    }
}

impl Forfeited {
    /// `2 × p5.48xlarge given back ($110 an hour at list price)`, and how many at most.
    fn words(&self) -> String {
        let Self { shape, idle, least, most } = self;
        let what = if *idle { "paid and left unused" } else { "given back" };
        let said = |places: &Places| format!("{} × {shape} {what} ({})", group_thousands(places.nodes), places.price());
        match (least.nodes, most.nodes) {
            (0, _) => format!("up to {}", said(most)),
            (least_nodes, most_nodes) if least_nodes == most_nodes => said(least),
            (_, nodes) => format!("{}; at most {} ({})", said(least), group_thousands(nodes), most.price()),
        }
    }
}

impl Places {
    /// `$110 an hour at list price`.
    fn price(&self) -> String {
        self.hourly
            .map_or_else(|| "price unknown".to_owned(), |hourly| format!("{} an hour at list price", hourly.short()))
    }
}

/// `500 TiB`, as far as it is known.
fn data(gib: u64) -> String {
    if gib > 0 { words::gibibytes(gib) } else { "data".to_owned() }
}

/// `500 TiB in 2 stores, and what is in 1 of unknown size`.
fn stored(stores: u64, gib: u64, unsized_stores: u64) -> String {
    let stores = words::count(stores, "store");
    match (gib, unsized_stores) {
        (0, _) => format!("{stores} of unknown size"),
        (gib, 0) => format!("{} in {stores}", words::gibibytes(gib)),
        (gib, unknown) => format!("{} in {stores}, and what is in {unknown} of unknown size", words::gibibytes(gib)),
    }
}
