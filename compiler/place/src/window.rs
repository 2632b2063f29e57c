//! Days on which what a pool is placed on is not there, though the pool would run. Must not decide where a pool goes.

use tonnage_base::{At, Date};
use tonnage_lang::intent::{Capacity, Pool};

/// The last day of a capacity, where its pool says no end.
pub fn outlived(pool: &Pool, capacity: &Capacity) -> Option<At<Date>> {
    let end = capacity.window.as_ref()?.end?;
    pool.window.is_none().then_some(end)
}

/// The day before which nodes of a pool are not meant to run, where a plan for `as_of` starts them: the first of the pool's
/// window, or of its capacity's.
pub fn early(pool: &Pool, capacity: Option<&Capacity>, as_of: Date) -> Option<Date> {
    let windows = [pool.window.as_ref(), capacity.and_then(|capacity| capacity.window.as_ref())];
    let starts = windows.into_iter().flatten().filter_map(|window| window.start.as_ref());
    starts.map(|start| start.value).max().filter(|start| *start > as_of)
}
