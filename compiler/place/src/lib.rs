//! Placement: which option of each pool is taken, in which zones, on which shape, from which capacity, in which groups;
//! and every option that is not, with the reason.
//!
//! Pure: Intent, prices and availability in, Placement out. Must not know native resources or a cloud's API.

pub mod availability;
pub mod placement;
pub mod price;

pub use availability::Availability;
pub use placement::{Placement, place};
pub use price::PriceBook;
