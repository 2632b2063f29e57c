//! Exit codes, as documented in `tonnage --help`. Must not know commands.

/// Done; under `-detailed-exitcode`, and nothing to change.
pub const OK: u8 = 0;
/// Something is wrong.
pub const ERROR: u8 = 1;
/// Under `-detailed-exitcode`: there are changes.
pub const CHANGES: u8 = 2;
/// Under `-detailed-exitcode`: a guard or policy refuses.
pub const DENIED: u8 = 3;
/// Capacity is short.
pub const SHORT: u8 = 4;
/// The plan is stale: what it read has changed since.
pub const STALE: u8 = 5;
/// Partly applied and held.
pub const HELD: u8 = 6;
/// Under `-detailed-exitcode`: a cloud that was asked says that it would do something else than the plan.
pub const OTHERWISE: u8 = 7;
/// Interrupted twice: ended where it was.
pub const INTERRUPTED: u8 = 130;
