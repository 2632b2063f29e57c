//! Prices by shape, place and market, from dated rows. A price that is not there is unknown, never zero.

/// The prices of one catalog date.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {}
