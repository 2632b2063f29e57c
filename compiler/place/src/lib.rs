//! Placement: which option of each pool is taken, in which zones, on which shape, from which capacity, in which groups;
//! and every option that is not, with the reason.
//!
//! Pure: Intent, prices and availability in, Placement out. Must not know native resources or a cloud's API.

mod attempt;
pub mod availability;
mod buy;
mod candidate;
mod decide;
mod fallback;
mod limits;
pub mod placement;
pub mod price;
mod say;
pub mod sizing;
mod split;
#[cfg(test)]
mod tests;
pub mod window;
mod words;

pub use availability::Availability;
pub use buy::key_of;
pub use decide::{MOST_GROUPS, place};
pub use placement::{Inputs, Placement};
pub use price::PriceBook;
