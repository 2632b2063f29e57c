//! What may be the same under a new name is tried: it is proposed only where `moved` makes it stay. Must not know how
//! such are found.

use tonnage_base::{At, Span};
use tonnage_graph::Values;
use tonnage_lang::intent::Moved;
use tonnage_plan::{
    Change, Plan, Reason,
    renamed::{Rename, Renames},
};

/// Leaves in a plan what of its renames keeps something that goes without them. `compare` makes the plan with such
/// blocks in the files, of values that it may keep; none where it can't be made.
pub(crate) fn settle(plan: &mut Plan, at: Span, compare: impl Fn(&[Moved], Values) -> Option<Plan>) {
    let found = std::mem::take(&mut plan.renames).moves;
    let blocks = |renames: &[Rename]| -> Vec<Moved> {
        let address = |value| At { value, span: at };
        renames.iter().map(|of| Moved { from: address(of.from), to: address(of.to) }).collect()
    };
    if found.is_empty() {
        return;
    }
    let compare = |renames: &[Rename]| compare(&blocks(renames), plan.values.clone());
    let tried = match compare(&found) {
        Some(tried) => Some((found, tried)),
        // one that can't be keeps the others from being tried
        None => {
            let alone = |of: &Rename| compare(std::slice::from_ref(of)).is_some();
            let found: Vec<Rename> = found.into_iter().filter(alone).collect();
            Some(found).filter(|found| !found.is_empty()).and_then(|found| {
                let tried = compare(&found)?;
                Some((found, tried))
            })
        }
    };
    let Some((mut found, tried)) = tried else { return };
    let stays = |of: &Rename| {
        let moved = tried.changes.iter().filter(|change| change.reasons.contains(&Reason::Moved));
        let mut moved = moved.filter(|change| !change.action.is_replace());
        moved.any(|change| tonnage_graph::is_inside(change.address.as_str(), of.to.as_str()))
    };
    found.retain(stays);
    plan.renames = Renames { moves: found, stopping: stopping(&tried) };
}

/// Running nodes that stop for sure.
fn stopping(plan: &Plan) -> u64 {
    plan.changes.iter().filter_map(Change::stopping).sum()
}
