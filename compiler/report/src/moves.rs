//! GPUs that a pool loses in one place and gets in another, a site or a zone of it: they move, whatever is made and
//! destroyed for it. Must not know formats, nor which units do it.

use std::{cmp::Reverse, collections::BTreeMap};

use tonnage_base::Symbol;
use tonnage_graph::Site;
use tonnage_plan::{Plan, money::Held};

use crate::{
    alarms::{Alarm, Risk},
    view, words,
};

/// What alarms of it are called.
const MOVES: &str = "moves";

/// A site, and of moves within it the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The site.
    pub site: Site,
    /// The zone.
    pub zone: Option<Symbol>,
}

impl std::fmt::Display for Spot {
    /// `aws us-east-2`, `aws us-east-2 use2-az1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { site, zone } = self;
        write!(f, "{} {}", site.cloud, site.region)?;
        zone.map_or(Ok(()), |zone| write!(f, " {zone}"))
    }
}

/// What one block moves from one place to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// `pool.chat`; without keys where one instance loses what another one gets.
    pub block: String,
    /// Where it leaves.
    pub from: Spot,
    /// Where it comes.
    pub to: Spot,
    /// GPUs.
    pub gpus: u64,
    /// Nodes without GPUs.
    pub cpu_nodes: u64,
}

/// What is more in each zone, or fewer: GPUs, and nodes without any.
type Net = BTreeMap<Spot, [i64; 2]>;

/// Of a plan, block by block.
pub(crate) fn of(plan: &Plan) -> Vec<Move> {
    let mut blocks: BTreeMap<Symbol, Net> = BTreeMap::new();
    let runs = |held: &&Held| !held.holds.reserves_only && !held.leaves;
    let before = plan.held_before.iter().filter(runs).map(|held| (held, -1));
    for (held, sign) in before.chain(plan.held_after.iter().filter(runs).map(|held| (held, 1))) {
        let gpus = view::shape(plan, held.site, held.holds.shape).map_or(0, |facts| u64::from(facts.gpus));
        let number = |count: u64| sign * i64::try_from(count).unwrap_or(i64::MAX);
        let more = match gpus {
            0 => [0, number(held.nodes())],
            each => [number(held.nodes().saturating_mul(each)), 0],
        };
        let spot = Spot { site: held.site, zone: held.holds.zone };
        let net = blocks.entry(held.owner).or_default().entry(spot).or_default();
        net.iter_mut().zip(more).for_each(|(net, more)| *net = net.saturating_add(more));
    }
    let mut moves = Vec::new();
    let mut families: BTreeMap<String, Net> = BTreeMap::new();
    for (block, mut net) in blocks {
        moves.extend(matched(block.as_str(), &mut net));
        let family = families.entry(words::without_keys(block.as_str())).or_default();
        for (spot, left) in net {
            family.entry(spot).or_default().iter_mut().zip(left).for_each(|(sum, left)| *sum += left);
        }
    }
    for (family, mut net) in families {
        moves.extend(matched(&family, &mut net));
    }
    moves
}

/// What is lost in one place and got in another, taken out of both: first what stays at its site.
fn matched(block: &str, net: &mut Net) -> Vec<Move> {
    let mut moves: BTreeMap<(Spot, Spot), [u64; 2]> = BTreeMap::new();
    let spots: Vec<Spot> = net.keys().copied().collect();
    for (unit, within) in [(0, true), (1, true), (0, false), (1, false)] {
        for (from, to) in spots.iter().flat_map(|from| spots.iter().map(move |to| (*from, *to))) {
            let at = |spot: &Spot| net.get(spot).and_then(|net| net.get(unit)).copied().unwrap_or(0);
            let moved = at(&to).min(-at(&from));
            if moved <= 0 || (from.site == to.site) != within {
                continue;
            }
            for (spot, more) in [(from, moved), (to, -moved)] {
                net.get_mut(&spot).and_then(|net| net.get_mut(unit)).into_iter().for_each(|net| *net += more);
            }
            // between sites the zones do not matter
            let of = |spot: Spot| Spot { zone: spot.zone.filter(|_| within), ..spot };
            let counts = moves.entry((of(from), of(to))).or_default();
            counts.get_mut(unit).into_iter().for_each(|count| *count += moved.unsigned_abs());
        }
    }
    let told = moves.into_iter().map(|((from, to), [gpus, cpu_nodes])| Move {
        block: block.to_owned(),
        from,
        to,
        gpus,
        cpu_nodes,
    });
    told.collect()
}

/// `32 GPUs`, `32 GPUs and 4 CPU nodes`.
fn counted(gpus: u64, cpu_nodes: u64) -> String {
    let some = [(gpus, "GPU"), (cpu_nodes, "CPU node")].into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, one)| words::count(count, one)).collect::<Vec<_>>().join(" and ")
}

impl Move {
    /// `32 GPUs move from aws us-east-2 to aws us-west-2`.
    fn words(&self) -> String {
        said(&counted(self.gpus, self.cpu_nodes), self.gpus + self.cpu_nodes, self.from, self.to)
    }
}

fn said(counted: &str, count: u64, from: Spot, to: Spot) -> String {
    let verb = if count == 1 { "moves" } else { "move" };
    format!("{counted} {verb} {}", way(from, to))
}

/// `from aws us-east-2 to aws us-west-2`, `from use2-az1 to use2-az2 in aws us-east-2`.
fn way(from: Spot, to: Spot) -> String {
    match from.zone.zip(to.zone).filter(|_| from.site == to.site) {
        Some((old, new)) => format!("from {old} to {new} in {}", Spot { zone: None, ..from }),
        None => format!("from {from} to {to}"),
    }
}

/// What must not be overlooked of it; with the option that a pool leaves where the files say so.
pub(crate) fn alarm(plan: &Plan, moves: &[Move]) -> Option<Alarm> {
    let mut ways: BTreeMap<(Spot, Spot), [u64; 2]> = BTreeMap::new();
    for of in moves {
        let sum = ways.entry((of.from, of.to)).or_default();
        sum.iter_mut().zip([of.gpus, of.cpu_nodes]).for_each(|(sum, more)| *sum += more);
    }
    let mut ways: Vec<((Spot, Spot), [u64; 2])> = ways.into_iter().collect();
    ways.sort_by_key(|(_, counts)| Reverse(*counts));
    let each = |((from, to), [gpus, cpu_nodes]): &((Spot, Spot), [u64; 2])| {
        said(&counted(*gpus, *cpu_nodes), gpus + cpu_nodes, *from, *to)
    };
    let headline = match ways.as_slice() {
        [] => return None,
        [only] => each(only),
        [first, second] => format!("{} · {}", each(first), each(second)),
        [((from, to), [gpus, cpu_nodes]), others @ ..] => {
            let all = ways.iter().fold([0, 0], |sum, (_, more)| [sum[0] + more[0], sum[1] + more[1]]);
            let first = counted(*gpus, *cpu_nodes);
            let most = format!("{first} of them {}", way(*from, *to));
            format!("{} move in {} directions, {most}", counted(all[0], all[1]), others.len() + 1)
        }
    };
    let lines = moves.iter().map(|of| {
        let chosen = plan.placements.iter().filter(|pool| pool.pool == of.block);
        let chosen = chosen.filter_map(|pool| pool.falls_back.as_ref()).find(|fallen| fallen.is_chosen);
        let why =
            chosen.map_or_else(String::new, |chosen| format!(": `{}` → `{}`, {}", chosen.from, chosen.to, chosen.why));
        (words::without_keys(&of.block), format!("{}: {}{why}", of.block, of.words()))
    });
    Some(Alarm::about(MOVES, Risk::Some, headline, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(region: &str, zone: &str) -> Spot {
        Spot { site: Site { cloud: Symbol::new("aws"), region: Symbol::new(region) }, zone: Some(Symbol::new(zone)) }
    }

    #[test]
    fn what_is_lost_here_and_got_there_moves_and_the_rest_grows_or_shrinks() {
        let mut net = Net::from([(spot("a", "a1"), [-64, 0]), (spot("b", "b1"), [16, 0]), (spot("c", "c1"), [80, -2])]);
        let told: Vec<String> = matched("pool.x", &mut net).iter().map(Move::words).collect();
        assert_eq!(told, ["16 GPUs move from aws a to aws b", "48 GPUs move from aws a to aws c"]);
        assert_eq!(net.get(&spot("c", "c1")), Some(&[32, -2]), "what is left");
    }

    #[test]
    fn within_a_site_it_is_zones_and_no_more_leaves_a_site_than_has_to() {
        let mut net = Net::from([(spot("a", "a1"), [-64, 0]), (spot("a", "a2"), [32, 0]), (spot("b", "b1"), [32, 0])]);
        let told: Vec<String> = matched("pool.x", &mut net).iter().map(Move::words).collect();
        assert_eq!(told, ["32 GPUs move from aws a to aws b", "32 GPUs move from a1 to a2 in aws a"]);
    }
}
