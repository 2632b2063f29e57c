//! How capacity is bought. Must not know any price.

/// How capacity is bought.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Market {
    /// From granted or owned reserved capacity.
    Reserved,
    /// At the list price, while there is some.
    OnDemand,
    /// Interruptible.
    Spot,
}

impl Market {
    /// `reserved`, `on_demand`, `spot`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::OnDemand => "on_demand",
            Self::Spot => "spot",
        }
    }
    /// The inverse of [`Market::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Reserved, Self::OnDemand, Self::Spot].into_iter().find(|m| m.as_str() == text)
    }
}
