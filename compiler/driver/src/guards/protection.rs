//! What no plan may do to pools and stores: what the files say of what is in them, and of what has left them what they said
//! when they were last applied. Must not know policies or money.

use tonnage_base::{SourceMap, Symbol};
use tonnage_graph::{Holds, Node, ResourceGraph, ValueId};
use tonnage_lang::{
    Intent,
    intent::{Moved, Protect},
};
use tonnage_plan::{
    Action, Change, Plan, Reason,
    model::{Guard, GuardState, Protected},
};
use tonnage_report::words;
use tonnage_schema::{Effects, effects::Size, path};

/// Stands where the line of a guard does, which is in no file any more.
const AS_LAST_APPLIED: &str = "as last applied";

/// What is protected from a plan on: what the files say, and what was recorded of what has left them and is still there.
/// With whether apply has to record something of it that stays as it is otherwise.
pub fn recorded(intent: &Intent, moved: &[Moved], last: &[Protected], live: &ResourceGraph) -> (Vec<Protected>, bool) {
    let of = |(address, protect): (Symbol, &Protect)| Protected {
        address,
        destroy: protect.destroy,
        shrink: protect.shrink,
        until: protect.until.map(|until| until.value),
    };
    let mut protected: Vec<Protected> = written(intent).map(of).collect();
    let last = last.iter().map(|last| Protected { address: now(moved, last.address), ..last.clone() });
    let (declared, gone): (Vec<Protected>, Vec<Protected>) = last.partition(|last| is_declared(intent, last.address));
    let anew = protected.len() != declared.len() || protected.iter().any(|of| !declared.contains(of));
    let is_there = |of: &Protected| live.iter().any(|(_, resource)| is_inside(resource.address, of.address));
    protected.extend(gone.into_iter().filter(is_there));
    (protected, anew && live.iter().next().is_some())
}

fn written(intent: &Intent) -> impl Iterator<Item = (Symbol, &Protect)> {
    let pools = intent.pools.iter().filter_map(|pool| Some((pool.address, pool.protect.as_ref()?)));
    pools.chain(intent.storages.iter().filter_map(|store| Some((store.address, store.protect.as_ref()?))))
}

/// The address that a block has now, where `moved` gives it another.
fn now(moved: &[Moved], mut address: Symbol) -> Symbol {
    for _ in moved {
        let Some(to) = moved.iter().find_map(|moved| {
            let rest = address.as_str().strip_prefix(moved.from.value.as_str())?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then(|| Symbol::new(&format!("{}{rest}", moved.to.value)))
        }) else {
            break;
        };
        address = to;
    }
    address
}

fn is_declared(intent: &Intent, address: Symbol) -> bool {
    intent.pools.iter().any(|pool| pool.address == address)
        || intent.storages.iter().any(|store| store.address == address)
}

fn is_inside(address: Symbol, block: Symbol) -> bool {
    address.as_str().strip_prefix(block.as_str()).is_some_and(|rest| rest.starts_with('.'))
}

/// All of it, held against the plan.
pub(super) fn judge(intent: &Intent, plan: &Plan, effects: &Effects, sources: &SourceMap, found: &mut Vec<Guard>) {
    let until = |of: &Protected| of.until.map_or_else(String::new, |until| format!("; protected until {until}"));
    for of in plan.protected.iter().filter(|of| of.until.is_none_or(|until| plan.as_of <= until)) {
        let harm = Harm::of(plan, effects, of.address);
        let is_pool = intent.pools.iter().any(|pool| pool.address == of.address);
        let place = written(intent).find(|(address, _)| *address == of.address);
        let denied = [("destroy", of.destroy, harm.destroys(is_pool)), ("shrink", of.shrink, harm.shrinks(is_pool))];
        for (name, _, (state, message)) in denied.into_iter().filter(|(_, denied, _)| *denied) {
            let (message, place) = match place {
                Some((_, protect)) => (format!("{message}{}", until(of)), sources.place(protect.span)),
                None if state == GuardState::Holds => continue,
                None => {
                    let out =
                        "it has left the files protected; apply them once with it and without `protect` to let it go";
                    (format!("{message}{}; {out}", until(of)), AS_LAST_APPLIED.to_owned())
                }
            };
            found.push(Guard { name: format!("{}.protect.{name}", of.address), deny: true, state, message, place });
        }
    }
}

/// What a plan does to what stands at an address.
#[derive(Default)]
struct Harm {
    /// Running nodes of what changes, before and after.
    nodes: (u64, u64),
    /// Running nodes of the rest.
    untouched: u64,
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
        harm.untouched = after.map(tonnage_plan::money::Held::nodes).sum::<u64>().saturating_sub(harm.nodes.1);
        harm
    }

    /// What has got another address has left none behind: nothing of it is gone.
    fn add(&mut self, plan: &Plan, effects: &Effects, change: &Change, is_there: bool) {
        let before = running(change.holds_before);
        self.nodes.0 += before.max(change.asked_before.map_or(0, u64::from));
        match change.action {
            Action::Delete => self.gone += before,
            action if action.is_replace() && is_there => {
                self.gone += before;
                self.nodes.1 += running(change.holds_after);
            }
            Action::Forget => {}
            _ => self.nodes.1 += running(change.holds_after),
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
                let number = |id: Option<ValueId>| match plan.values.node(id?) {
                    Node::Number(text) | Node::String(text) => text.as_str().parse::<u64>().ok()?.checked_mul(*gib),
                    _ => None,
                };
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
        let (before, after) = (self.nodes.0 + self.untouched, self.nodes.1 + self.untouched);
        match self.size {
            Some(None) => (GuardState::CannotKnow, "how large the plan makes it is not known".to_owned()),
            Some(Some((before, after))) => {
                let sizes = format!("{} to {}", words::gibibytes(before), words::gibibytes(after));
                (broken(after < before), format!("the plan takes it from {sizes}"))
            }
            None if is_pool || after < before => {
                (broken(after < before), format!("the plan takes it from {before} nodes to {after}"))
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
