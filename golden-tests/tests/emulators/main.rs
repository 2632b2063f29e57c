//! Tonnage against other people's servers: cfn-lint over every template, and whole runs against ministack and moto,
//! read back through the services' own APIs by a client that is not ours.
//!
//! They need Python 3.10 or newer, for Azure Blob npm too, and make the environments they use in `target/testbed` and
//! `target/testbed-azure`. Where that can't be done they fail. `SHOW=1` prints every command with what it said.

#![expect(clippy::panic, reason = "a test ends by panicking")]

mod asked;
mod bucket;
mod endpoint;
mod fleet;
mod ministack;
mod moto;
mod setup;
mod templates;
mod testbed;
