//! Every diagnostic code, by phase. A range per phase: T01 syntax, T02 and T03 language, T04 placement, T05 lowering
//! and schema, T06 plan, T07 clouds and apply, T08 ledger, T09 driver and command line.

pub mod cloud;
pub mod driver;
pub mod lang;
pub mod ledger;
pub mod lower;
pub mod place;
pub mod plan;
pub mod syntax;

use crate::Code;

/// All codes of all phases, in order of their ids.
pub fn all() -> impl Iterator<Item = Code> {
    [syntax::ALL, lang::ALL, place::ALL, lower::ALL, plan::ALL, cloud::ALL, ledger::ALL, driver::ALL]
        .into_iter()
        .flatten()
        .copied()
}

/// The code with this id, whatever the case of its letter.
pub fn find(id: &str) -> Option<Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id))
}
