//! Capacity that was granted, as the files name it now and as they did when they were last applied. What was granted is
//! owed until its end: a line that is taken out of a file gives nothing back. Must not know what it costs, nor what
//! runs in it.

use tonnage_base::{At, Date, Symbol};
use tonnage_cloud::question::{Fact, Question};
use tonnage_forecast::draws::Bought;
use tonnage_graph::Site;
use tonnage_lang::{
    Intent,
    intent::{Capacity, CapacityId, CapacityKind, GrantedSource, Window},
};
use tonnage_plan::{Action, Plan, money::Granted};

use crate::{
    check::{self, Checked},
    money,
    plan::{Clouds, Request},
    timeline,
};

/// What the files of a fleet name.
pub fn named(intent: &Intent) -> Vec<Granted> {
    let all = intent.capacities.iter_enumerated().filter_map(|(id, capacity)| of(intent, id, capacity));
    all.filter(|of| !is_over(of, intent)).collect()
}

fn is_over(of: &Granted, intent: &Intent) -> bool {
    of.until.is_some_and(|until| until < intent.as_of)
}

/// Whether both are of one block, or of one reservation.
fn same(a: &Granted, b: &Granted) -> bool {
    a.block == b.block || a.sources.iter().any(|of| b.sources.contains(of))
}

/// Nodes that the files name of it.
fn count(all: &[Granted], of: &Granted) -> u64 {
    all.iter().filter(|other| same(other, of)).map(|of| of.nodes).sum()
}

/// What files name on days, in order; the first is the plan's.
pub type Steps = Vec<(Date, Vec<Granted>)>;

/// The steps that files take, where any of what is `owed` is gone: later ones may name it again.
pub fn steps(checked: &Checked, intent: &Intent, owed: &[Granted]) -> Steps {
    if owed.iter().all(|of| of.own || of.gone == 0) {
        return Steps::new();
    }
    let days = timeline::to_come(checked, intent).into_iter();
    days.filter_map(|day| Some((day, named(check::analyze(checked, day).0.as_ref()?)))).collect()
}

/// How many of `places` that are gone are owed until when. What the files come to name beside what they do on the
/// plan's day is no longer gone, as [`owed`] says on that day.
pub fn ends(of: &Granted, places: u64, steps: &[(Date, Vec<Granted>)]) -> Vec<(u64, Option<Date>)> {
    let (mut left, mut ends) = (places, Vec::new());
    if let Some(((_, first), later)) = steps.split_first().filter(|_| !of.own) {
        let now = count(first, of);
        for (day, named) in later.iter().take_while(|(day, _)| of.until.is_none_or(|until| *day <= until)) {
            let back = count(named, of).saturating_sub(now);
            let stays = of.gone.saturating_sub(back).min(left);
            ends.push((left - stays, day.yesterday().ok()));
            left = stays;
        }
    }
    ends.push((left, of.until));
    ends.retain(|(places, _)| *places > 0);
    ends
}

fn of(intent: &Intent, id: CapacityId, capacity: &Capacity) -> Option<Granted> {
    let CapacityKind::Granted { source, .. } = &capacity.kind else { return None };
    let sources = match source {
        GrantedSource::Ids(ids) => ids.iter().map(|(id, _)| id.value).collect(),
        GrantedSource::Group(group) => vec![group.value],
    };
    let day = |end: fn(&Window) -> Option<At<Date>>| capacity.window.as_ref().and_then(end).map(|day| day.value);
    let contract = Bought::capacity(intent, id, capacity).named;
    let contract = contract.and_then(|id| intent.commitments.get(id));
    Some(Granted {
        block: capacity.address,
        own: false,
        sources,
        site: Site { cloud: intent.clouds.get(capacity.cloud.value)?.name.value, region: capacity.region },
        zone: capacity.zone.value,
        shape: intent.catalog.shapes.get(capacity.shape.value)?.name,
        nodes: capacity.nodes.value.into(),
        gone: 0,
        from: day(|window| window.start),
        until: day(|window| window.end).or(contract.map(|contract| contract.term.1.value)),
        contract: contract.map(|contract| contract.address),
        said: intent.as_of,
    })
}

/// What is owed on a day: what the files name, and of what they named when they were last applied that which they do no
/// longer. `then` are today's files on that earlier day: what they grant less of by themselves is not gone. A `removed`
/// block says that nothing is owed any more. What the fleet made and `manages` again is not owed beside it.
pub fn owed(
    last: &[Granted],
    intent: &Intent,
    manages: impl Fn(Symbol) -> bool,
    then: impl FnOnce(Date) -> Option<Vec<Granted>>,
) -> Vec<Granted> {
    let mut now = named(intent);
    let is_settled = |of: &Granted| match of.own {
        true => of.sources.iter().any(|id| manages(*id)),
        false => intent.removed.iter().any(|removed| removed.from.value == of.block),
    };
    let last = || last.iter().filter(|of| !is_over(of, intent) && !is_settled(of));
    let falls = |of: &&Granted| count(&now, of) < of.nodes;
    let said = last().filter(falls).map(|of| of.said).max();
    let then = said.filter(|day| *day < intent.as_of).and_then(then).unwrap_or_else(|| now.clone());
    let gone = last().filter_map(|of| {
        let (was, is) = (count(&then, of).min(of.nodes), count(&now, of));
        // what comes back is no longer gone
        let back = is.saturating_sub(of.nodes);
        let gone = (of.nodes - was).saturating_add(of.gone.saturating_sub(back));
        (gone > 0).then(|| Granted { nodes: 0, gone, ..of.clone() })
    });
    for gone in gone.collect::<Vec<_>>() {
        match now.iter_mut().find(|of| (of.block, of.own, of.until) == (gone.block, gone.own, gone.until)) {
            Some(of) => {
                of.gone += gone.gone;
                of.sources.extend(gone.sources);
                of.sources.sort_unstable_by_key(|of| of.as_str());
                of.sources.dedup();
            }
            None => now.push(gone),
        }
    }
    sorted(now)
}

fn sorted(mut all: Vec<Granted>) -> Vec<Granted> {
    all.retain(|of| of.nodes + of.gone > 0);
    all.sort_by(|a, b| {
        (a.block.as_str(), a.own, a.until, &a.sources).cmp(&(b.block.as_str(), b.own, b.until, &b.sources))
    });
    all
}

/// What of it is not there any more, as the clouds say: less was granted than the files said, or somebody gave it back.
pub async fn settle(owed: Vec<Granted>, clouds: &Clouds, request: &Request<'_>) -> Vec<Granted> {
    let mut settled = Vec::with_capacity(owed.len());
    for mut of in owed {
        let client = clouds.get(&of.site.cloud).filter(|_| of.gone > 0);
        if let Some(client) = client {
            let ask = |id: &Symbol| Question::Reservation { region: of.site.region, id: *id };
            let questions: Vec<Question> = of.sources.iter().map(ask).collect();
            let answers = client.preflight(&questions, request.cancel).await;
            let there = answers.iter().map(|answer| match answer.fact {
                Fact::Reservation { total, .. } => Some(total),
                Fact::NoReservation(_) => Some(0),
                _ => None,
            });
            if let Some(there) = there.sum::<Option<u64>>() {
                of.gone = of.gone.min(there.saturating_sub(of.nodes));
            }
        }
        settled.push(of);
    }
    sorted(settled)
}

/// What of it a later plan must know, with reservations that `plan` lets go of and leaves there. An end that nobody
/// says comes some day, and nobody would say that it has.
pub fn to_record(plan: &Plan) -> Vec<Granted> {
    let kept = plan.granted.iter().map(|of| {
        let ends = of.own || of.until.is_some();
        Granted { gone: if ends { of.gone } else { 0 }, ..of.clone() }
    });
    let left = plan.changes.iter().filter(|change| change.action == Action::Forget || change.keeps_old());
    let left = left.filter_map(|change| {
        let holds = change.holds_before.filter(|holds| holds.reserves_only && holds.nodes > 0)?;
        Some(Granted {
            block: Symbol::new(money::owner(change.address.as_str())),
            own: true,
            sources: vec![change.physical_id?],
            site: change.site,
            zone: holds.zone.unwrap_or(change.site.region),
            shape: holds.shape,
            nodes: 0,
            gone: holds.nodes.into(),
            from: None,
            until: None,
            contract: None,
            said: plan.as_of,
        })
    });
    sorted(kept.chain(left).collect())
}

/// What a ledger tells of it.
pub fn recorded(of: &tonnage_ledger::Granted) -> Granted {
    Granted {
        block: Symbol::new(&of.block),
        own: of.own,
        sources: of.sources.iter().map(|source| Symbol::new(source)).collect(),
        site: Site { cloud: Symbol::new(&of.cloud), region: Symbol::new(&of.region) },
        zone: Symbol::new(&of.zone),
        shape: Symbol::new(&of.shape),
        nodes: of.nodes,
        gone: of.gone,
        from: of.from,
        until: of.until,
        contract: of.contract.as_deref().map(Symbol::new),
        said: of.said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(nodes: u64, gone: u64) -> Granted {
        let until = Date::new(2029, 10, 31).ok();
        Granted {
            block: Symbol::new("capacity.res"),
            own: false,
            sources: vec![Symbol::new("cr-0a1b2c3d4e5f60001")],
            site: Site { cloud: Symbol::new("aws"), region: Symbol::new("us-east-2") },
            zone: Symbol::new("use2-az1"),
            shape: Symbol::new("p5.48xlarge"),
            nodes,
            gone,
            from: None,
            until,
            contract: None,
            said: Date::new(2026, 11, 26).expect("a day"),
        }
    }

    fn told(of: &Granted, places: u64, steps: &[(Date, u64)]) -> Vec<(u64, Option<String>)> {
        let steps: Steps = steps.iter().map(|(day, nodes)| (*day, vec![granted(*nodes, 0)])).collect();
        ends(of, places, &steps).into_iter().map(|(places, day)| (places, day.map(|day| day.to_string()))).collect()
    }

    #[test]
    fn what_left_a_step_is_owed_until_a_later_step_names_it_again() {
        let day = |year, month, day| Date::new(year, month, day).expect("a day");
        let (now, then, later) = (day(2026, 11, 26), day(2027, 1, 15), day(2028, 1, 1));
        let some = |places: u64, until: &str| (places, Some(until.to_owned()));
        let of = granted(80, 16);
        let whole = some(16, "2029-10-31");
        assert_eq!(told(&of, 16, &[(now, 80), (then, 128)]), [some(16, "2027-01-14")]);
        assert_eq!(told(&of, 16, &[(now, 80), (then, 90)]), [some(10, "2027-01-14"), some(6, "2029-10-31")]);
        assert_eq!(
            told(&of, 16, &[(now, 80), (then, 90), (later, 128)]),
            [some(10, "2027-01-14"), some(6, "2027-12-31")]
        );
        // a step that falls by itself takes nothing away again
        assert_eq!(told(&of, 16, &[(now, 80), (then, 128), (later, 80)]), [some(16, "2027-01-14")]);
        assert_eq!(told(&of, 16, &[(now, 80), (then, 60)]), std::slice::from_ref(&whole));
        assert_eq!(told(&of, 16, &[]), std::slice::from_ref(&whole));
        // what comes after the end of it is another grant
        assert_eq!(told(&of, 16, &[(now, 80), (day(2030, 1, 1), 128)]), [whole]);
        // nodes still run in some of them
        assert_eq!(told(&of, 4, &[(now, 80), (then, 90)]), [some(4, "2029-10-31")]);
    }
}
