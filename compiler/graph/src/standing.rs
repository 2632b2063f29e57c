//! What stands already, as far as it can be held against what is desired before that is made: a large fleet is mostly
//! as it was asked for, and what is so need be neither made nor compared. Must not know a cloud, nor how anything is
//! evaluated.

use tonnage_base::Symbol;

use crate::resource::{Disposal, Site};

/// Where something stands: a number that only the one who gave it understands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place(pub u32);

/// What is desired at an address, but for its properties.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Its native type.
    pub kind: Symbol,
    /// Where it is to be.
    pub site: Site,
    /// What happens to it when it leaves the file.
    pub on_delete: Disposal,
}

/// What stands. A unit rests, and is no part of a plan, when all that is in it was found as it is wanted.
pub trait Standing {
    /// Whether resources of a type may rest: nobody counts or reads each of them.
    fn may_rest(&self, kind: Symbol) -> bool;

    /// The place of what stands at an address as it is wanted. `says` is asked whether the properties are as wanted
    /// too: they are given as they were last applied, in the form of [`crate::json`], and nobody changed them since.
    /// None where nothing of the kind stands there, where its unit can't rest any more, and where `says` says no.
    fn hold(&mut self, address: &str, wanted: Wanted, says: &mut dyn FnMut(&str) -> bool) -> Option<Place>;

    /// Whether its unit rests: asked when all that may be in the unit was held against it.
    fn rests(&self, place: Place) -> bool;
}
