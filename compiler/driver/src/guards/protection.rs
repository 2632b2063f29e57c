//! What no plan may do to pools and stores: what the files say of what is in them, and of what has left them what they
//! said when they were last applied. Must not know policies or money.

use tonnage_base::{Date, SourceMap, Symbol};
use tonnage_graph::{Holds, ResourceGraph, Site, ValueId};
use tonnage_lang::{
    Intent,
    intent::{Moved, Protect},
};
use tonnage_plan::{
    Action, Change, Plan, Reason,
    identity::is_inside,
    model::{Guard, GuardState, Protected},
    moved::current,
};
use tonnage_report::words;
use tonnage_schema::{Effects, effects::Size, path};

use crate::differ::moves;

/// Stands where the line of a guard does, which is in no file any more.
const AS_LAST_APPLIED: &str = "as last applied";

/// What is protected, before a plan and from it on.
#[derive(Default)]
pub struct Protection {
    /// From the plan on: what the files say, and what was recorded of what has left them and is still there.
    pub recorded: Vec<Protected>,
    /// Apply has to record something of it that stays as it is otherwise.
    pub anew: bool,
    /// What was recorded and the files take back: it holds for this plan too.
    pub lifted: Vec<Protected>,
}

impl Protection {
    /// Of what the files say and what was last recorded, with the day on which it is asked.
    pub fn of(intent: &Intent, today: Date, moved: &[Moved], last: &[Protected], live: &ResourceGraph) -> Self {
        let day = day(intent.as_of, today);
        let of = |(address, protect): (Symbol, &Protect)| Protected {
            address,
            destroy: protect.destroy,
            shrink: protect.shrink,
            until: protect.until.map(|until| until.value),
        };
        let mut recorded: Vec<Protected> = written(intent).map(of).collect();
        let moved = moves(intent, moved);
        let last = last.iter().map(|last| Protected { address: current(last.address, &moved), ..last.clone() });
        let (declared, gone): (Vec<Protected>, Vec<Protected>) =
            last.partition(|last| is_declared(intent, last.address));
        let anew = recorded.len() != declared.len() || recorded.iter().any(|of| !declared.contains(of));
        let lifted = declared.into_iter().filter_map(|last| {
            let now = recorded.iter().find(|of| of.address == last.address);
            let holds = |of: &Protected| of.until.is_none_or(|until| day <= until);
            let said = |of: fn(&Protected) -> bool| now.is_some_and(|now| of(now) && (holds(now) || !holds(&last)));
            let [destroy, shrink] = [last.destroy && !said(|of| of.destroy), last.shrink && !said(|of| of.shrink)];
            (destroy || shrink).then_some(Protected { destroy, shrink, ..last })
        });
        let lifted = lifted.collect();
        let is_there = |of: &Protected| live.iter().any(|(_, resource)| is_inside(resource.address, of.address));
        recorded.extend(gone.into_iter().filter(is_there));
        Self { recorded, anew: anew && live.iter().next().is_some(), lifted }
    }
}

/// The day by which protection is judged: whoever plans for a later one does not get round it today.
fn day(as_of: Date, today: Date) -> Date {
    as_of.min(today)
}

fn written(intent: &Intent) -> impl Iterator<Item = (Symbol, &Protect)> {
    let pools = intent.pools.iter().filter_map(|pool| Some((pool.address, pool.protect.as_ref()?)));
    pools.chain(intent.storages.iter().filter_map(|store| Some((store.address, store.protect.as_ref()?))))
}

fn is_declared(intent: &Intent, address: Symbol) -> bool {
    intent.pools.iter().any(|pool| pool.address == address)
        || intent.storages.iter().any(|store| store.address == address)
}

/// All of it, held against the plan; and what was taken back in the same files, which only holds where it is broken.
pub(super) fn judge(
    intent: &Intent,
    plan: &Plan,
    lifted: &[Protected],
    (effects, today): (&Effects, Date),
    sources: &SourceMap,
    found: &mut Vec<Guard>,
) {
    let day = day(plan.as_of, today);
    let until = |of: &Protected| of.until.map_or_else(String::new, |until| format!("; protected until {until}"));
    let all = plan.protected.iter().map(|of| (of, false)).chain(lifted.iter().map(|of| (of, true)));
    for (of, lifted) in all.filter(|(of, _)| of.until.is_none_or(|until| day <= until)) {
        let harm = Harm::of(plan, effects, of.address);
        let is_pool = intent.pools.iter().any(|pool| pool.address == of.address);
        let place = written(intent).find(|(address, _)| *address == of.address).filter(|_| !lifted);
        let denied = [("destroy", of.destroy, harm.destroys(is_pool)), ("shrink", of.shrink, harm.shrinks(is_pool))];
        for (name, _, (state, message)) in denied.into_iter().filter(|(_, denied, _)| *denied) {
            let (message, place) = match place {
                Some((_, protect)) => (format!("{message}{}", until(of)), sources.place(protect.span)),
                None if state == GuardState::Holds => continue,
                None => {
                    let out = if lifted {
                        "its protection is taken back in the same files; apply that alone first to let it go"
                    } else {
                        "it has left the files protected; apply them once with it and without `protect` to let it go"
                    };
                    (format!("{message}{}; {out}", until(of)), AS_LAST_APPLIED.to_owned())
                }
            };
            found.push(Guard { name: format!("{}.protect.{name}", of.address), deny: true, state, message, place });
        }
    }
}

/// So much of a pool: GPUs where every shape is known, since nodes of two shapes are not alike.
#[derive(Clone, Copy, Default)]
struct Running {
    nodes: u64,
    gpus: u64,
    /// Nodes of which it is not known what they are.
    shapeless: u64,
}

impl Running {
    fn of(plan: &Plan, site: Site, shape: Symbol, nodes: u64) -> Self {
        let known = plan.shapes.iter().find(|known| known.site == site && known.shape == shape);
        let gpus = known.map_or(0, |known| nodes.saturating_mul(u64::from(known.gpus)));
        Self { nodes, gpus, shapeless: if known.is_none() { nodes } else { 0 } }
    }

    fn holding(plan: &Plan, site: Site, holds: Option<Holds>) -> Self {
        let holds = holds.filter(|holds| !holds.reserves_only);
        holds.map_or_else(Self::default, |holds| Self::of(plan, site, holds.shape, u64::from(holds.nodes)))
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            nodes: self.nodes + other.nodes,
            gpus: self.gpus + other.gpus,
            shapeless: self.shapeless + other.shapeless,
        }
    }

    const fn less(self, other: Self) -> Self {
        Self {
            nodes: self.nodes.saturating_sub(other.nodes),
            gpus: self.gpus.saturating_sub(other.gpus),
            shapeless: self.shapeless.saturating_sub(other.shapeless),
        }
    }

    /// Whether it is less than before.
    const fn is_less_than(self, before: Self) -> bool {
        let counted = self.shapeless == 0 && before.shapeless == 0 && self.gpus + before.gpus > 0;
        if counted { self.gpus < before.gpus } else { self.nodes < before.nodes }
    }

    fn words(self) -> String {
        let nodes = words::count(self.nodes, "node");
        if self.gpus > 0 { format!("{nodes} ({})", words::count(self.gpus, "GPU")) } else { nodes }
    }
}

/// What a plan does to what stands at an address.
#[derive(Default)]
struct Harm {
    /// What runs of what changes, before and after.
    running: (Running, Running),
    /// What runs of the rest.
    untouched: Running,
    /// Running nodes that are destroyed.
    gone: u64,
    /// What holds data and is deleted, or replaced by something empty.
    data: Option<(Symbol, Action)>,
    /// How much data can be held, before and after in GiB; none inside: not known.
    size: Option<Option<(u64, u64)>>,
}

impl Harm {
    fn of(plan: &Plan, effects: &Effects, address: Symbol) -> Self {
        let mut harm = Self::default();
        for change in &plan.changes {
            let was = change.previous_address.unwrap_or(change.address);
            let (is, was) = (is_inside(change.address, address), is_inside(was, address));
            // by `removed` its author lets it go, running
            if (is || was) && !change.reasons.contains(&Reason::Removed) {
                harm.add(plan, effects, change, is);
            }
        }
        let after = plan.held_after.iter().filter(|held| held.owner == address && !held.holds.reserves_only);
        let all = after.map(|held| Running::of(plan, held.site, held.holds.shape, held.nodes()));
        harm.untouched = all.fold(Running::default(), Running::plus).less(harm.running.1);
        harm
    }

    /// What has got another address has left none behind: nothing of it is gone.
    fn add(&mut self, plan: &Plan, effects: &Effects, change: &Change, is_there: bool) {
        let runs = change.runs().into_iter().map(|holds| Running::holding(plan, change.site, Some(holds)));
        // those that were asked for and are not there yet
        let missing = change.holds_before.zip(change.asked_before);
        let missing = missing.map(|(holds, asked)| Holds { nodes: asked.saturating_sub(holds.nodes), ..holds });
        let was = runs.fold(Running::holding(plan, change.site, missing), Running::plus);
        let before = running(change.holds_before);
        let held = change.held_after().map(|holds| Running::holding(plan, change.site, Some(holds)));
        let after = held.fold(Running::default(), Running::plus);
        self.running.0 = self.running.0.plus(was);
        match change.action {
            Action::Delete => self.gone += before,
            action if action.is_replace() && is_there => {
                self.gone += before;
                self.running.1 = self.running.1.plus(after);
            }
            Action::Forget => {}
            _ => self.running.1 = self.running.1.plus(after),
        }
        if !is_there || !effects.holds_data(change.kind) {
            return;
        }
        if change.action == Action::Delete || change.action.is_replace() {
            self.data = Some((change.address, change.action));
        }
        for diff in &change.diffs {
            let at = path::parse(&diff.path);
            if let Some(Size(_, gib)) = effects.data_sizes(change.kind).find(|Size(place, _)| place.is(&at)) {
                let number = |id: Option<ValueId>| plan.values.scalar(id?)?.parse::<u64>().ok()?.checked_mul(*gib);
                self.size = Some(number(diff.before).zip(number(diff.after)));
            }
        }
    }

    fn destroys(&self, is_pool: bool) -> (GuardState, String) {
        let message = match self.data {
            Some((address, Action::Delete)) => format!("the plan deletes {address} with its data"),
            Some((address, _)) => format!("the plan replaces {address}, and the new one is empty"),
            None if is_pool || self.gone > 0 => format!("the plan destroys {} of its running nodes", self.gone),
            None => "the plan keeps it with its data".to_owned(),
        };
        (broken(self.data.is_some() || self.gone > 0), message)
    }

    fn shrinks(&self, is_pool: bool) -> (GuardState, String) {
        let (before, after) = (self.running.0.plus(self.untouched), self.running.1.plus(self.untouched));
        let less = after.is_less_than(before);
        match self.size {
            Some(None) => (GuardState::CannotKnow, "how large the plan makes it is not known".to_owned()),
            Some(Some((before, after))) => {
                let sizes = format!("{} to {}", words::gibibytes(before), words::gibibytes(after));
                (broken(after < before), format!("the plan takes it from {sizes}"))
            }
            None if is_pool || less => {
                (broken(less), format!("the plan takes it from {} to {}", before.words(), after.words()))
            }
            None => (GuardState::Holds, "the plan leaves it as large as it is".to_owned()),
        }
    }
}

const fn broken(is: bool) -> GuardState {
    if is { GuardState::Broken } else { GuardState::Holds }
}

fn running(holds: Option<Holds>) -> u64 {
    holds.filter(|holds| !holds.reserves_only).map_or(0, |holds| u64::from(holds.nodes))
}
