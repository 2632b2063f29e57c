//! The time as something handed in. Must not read a clock: the driver's World gives one, tests give a fixed one.

use std::sync::Arc;

pub use jiff::Timestamp;

/// Tells the time when asked.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A clock that always tells the same time.
pub fn fixed(at: Timestamp) -> Clock {
    Arc::new(move || at)
}

/// Coordinated universal time: the only zone Tonnage reckons in.
pub fn utc() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::UTC
}
