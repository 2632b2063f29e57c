//! Days on which a pool's time ends, or on which what it is placed on is not there though it would run. Must not decide
//! where a pool goes.

use tonnage_base::{At, Date};
use tonnage_lang::{
    Intent,
    intent::{Capacity, Pool, TOLD_AHEAD},
};

use crate::candidate;

/// How a pool stands to the last day of its own window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It comes within [`TOLD_AHEAD`] days.
    Near,
    /// It is over: the pool asks for nothing any more.
    Over,
    /// It is over, and the pool is protected: it runs on.
    Kept,
}

/// The last day of a pool's own window, where that is near or over.
pub fn end(pool: &Pool, as_of: Date) -> Option<(End, At<Date>)> {
    let last = pool.window.as_ref()?.end?;
    let days = as_of.until(last.value).map_or(0, |span| span.get_days());
    let protects = |until: Option<At<Date>>| until.is_none_or(|until| as_of <= until.value);
    let is_kept =
        || pool.protect.as_ref().is_some_and(|protect| (protect.destroy || protect.shrink) && protects(protect.until));
    match days {
        ..0 if is_kept() => Some((End::Kept, last)),
        ..0 => Some((End::Over, last)),
        0..=TOLD_AHEAD => Some((End::Near, last)),
        _ => None,
    }
}

/// The last day of the capacity that a pool runs in, where that is over and the pool buys nothing else.
pub fn spent<'i>(intent: &'i Intent, pool: &Pool, as_of: Date) -> Option<(&'i Capacity, At<Date>)> {
    let mut last: Option<(&Capacity, At<Date>)> = None;
    for option in &pool.options {
        let buys_more = candidate::markets(option).next().is_some() || option.buy.reserved.is_some();
        if buys_more || option.buy.capacity.is_empty() {
            return None;
        }
        for at in &option.buy.capacity {
            let capacity = intent.capacities.get(at.value)?;
            let end = capacity.window.as_ref()?.end.filter(|end| end.value < as_of)?;
            if last.is_none_or(|(_, last)| last.value < end.value) {
                last = Some((capacity, end));
            }
        }
    }
    last.filter(|_| pool.split.is_none())
}

/// The last day of a capacity, where its pool says no end.
pub fn outlived(pool: &Pool, capacity: &Capacity) -> Option<At<Date>> {
    let end = capacity.window.as_ref()?.end?;
    pool.window.is_none().then_some(end)
}

/// The day before which nodes of a pool are not meant to run, where a plan for `as_of` starts them: the first of the
/// pool's window, or of its capacity's.
pub fn early(pool: &Pool, capacity: Option<&Capacity>, as_of: Date) -> Option<Date> {
    let windows = [pool.window.as_ref(), capacity.and_then(|capacity| capacity.window.as_ref())];
    let starts = windows.into_iter().flatten().filter_map(|window| window.start.as_ref());
    starts.map(|start| start.value).max().filter(|start| *start > as_of)
}
