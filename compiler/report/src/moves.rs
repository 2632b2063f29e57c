//! GPUs that a pool loses at one site and gets at another: they move, whatever is made and destroyed for it. Must not know
//! formats, nor which units do it.

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

/// What one block moves from one site to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// `pool.chat`; without keys where one instance loses what another one gets.
    pub block: String,
    /// Where it leaves.
    pub from: Site,
    /// Where it comes.
    pub to: Site,
    /// GPUs.
    pub gpus: u64,
    /// Nodes without GPUs.
    pub cpu_nodes: u64,
}

/// What is more at each site, or fewer: GPUs, and nodes without any.
type Net = BTreeMap<Site, [i64; 2]>;

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
        let net = blocks.entry(held.owner).or_default().entry(held.site).or_default();
        net.iter_mut().zip(more).for_each(|(net, more)| *net = net.saturating_add(more));
    }
    let mut moves = Vec::new();
    let mut families: BTreeMap<String, Net> = BTreeMap::new();
    for (block, mut net) in blocks {
        moves.extend(matched(block.as_str(), &mut net));
        let family = families.entry(words::without_keys(block.as_str())).or_default();
        for (site, left) in net {
            family.entry(site).or_default().iter_mut().zip(left).for_each(|(sum, left)| *sum += left);
        }
    }
    for (family, mut net) in families {
        moves.extend(matched(&family, &mut net));
    }
    moves
}

/// What is lost at one site and got at another, taken out of both.
fn matched(block: &str, net: &mut Net) -> Vec<Move> {
    let mut moves: BTreeMap<(Site, Site), [u64; 2]> = BTreeMap::new();
    let sites: Vec<Site> = net.keys().copied().collect();
    for unit in 0..2 {
        for (from, to) in sites.iter().flat_map(|from| sites.iter().map(move |to| (*from, *to))) {
            let at = |site: &Site| net.get(site).and_then(|net| net.get(unit)).copied().unwrap_or(0);
            let moved = at(&to).min(-at(&from));
            if moved <= 0 {
                continue;
            }
            for (site, more) in [(from, moved), (to, -moved)] {
                net.get_mut(&site).and_then(|net| net.get_mut(unit)).into_iter().for_each(|net| *net += more);
            }
            let counts = moves.entry((from, to)).or_default();
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

fn said(counted: &str, count: u64, from: Site, to: Site) -> String {
    let verb = if count == 1 { "moves" } else { "move" };
    format!("{counted} {verb} from {} {} to {} {}", from.cloud, from.region, to.cloud, to.region)
}

/// What must not be overlooked of it; with the option that a pool leaves where the files say so.
pub(crate) fn alarm(plan: &Plan, moves: &[Move]) -> Option<Alarm> {
    let mut ways: BTreeMap<(Site, Site), [u64; 2]> = BTreeMap::new();
    for of in moves {
        let sum = ways.entry((of.from, of.to)).or_default();
        sum.iter_mut().zip([of.gpus, of.cpu_nodes]).for_each(|(sum, more)| *sum += more);
    }
    let mut ways: Vec<((Site, Site), [u64; 2])> = ways.into_iter().collect();
    ways.sort_by_key(|(_, counts)| Reverse(*counts));
    let each = |((from, to), [gpus, cpu_nodes]): &((Site, Site), [u64; 2])| {
        said(&counted(*gpus, *cpu_nodes), gpus + cpu_nodes, *from, *to)
    };
    let headline = match ways.as_slice() {
        [] => return None,
        [only] => each(only),
        [first, second] => format!("{} · {}", each(first), each(second)),
        [((from, to), [gpus, cpu_nodes]), others @ ..] => {
            let all = ways.iter().fold([0, 0], |sum, (_, more)| [sum[0] + more[0], sum[1] + more[1]]);
            let first = counted(*gpus, *cpu_nodes);
            let most = format!("{first} of them from {} {} to {} {}", from.cloud, from.region, to.cloud, to.region);
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

    fn site(region: &str) -> Site {
        Site { cloud: Symbol::new("aws"), region: Symbol::new(region) }
    }

    #[test]
    fn what_is_lost_here_and_got_there_moves_and_the_rest_grows_or_shrinks() {
        let mut net = Net::from([(site("a"), [-64, 0]), (site("b"), [16, 0]), (site("c"), [80, -2])]);
        let told: Vec<String> = matched("pool.x", &mut net).iter().map(Move::words).collect();
        assert_eq!(told, ["16 GPUs move from aws a to aws b", "48 GPUs move from aws a to aws c"]);
        assert_eq!(net.get(&site("c")), Some(&[32, -2]), "what is left");
    }
}
