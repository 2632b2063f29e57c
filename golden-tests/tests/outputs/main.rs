//! What a plan is written as, held against those who read it: the page in a real browser, JSON and SARIF against their
//! schemas, other tools' input.
//!
//! The browser is Debian's `chromium`. Where it is missing and we may, it is installed; where that can't be done the
//! tests fail and say why. Pictures of the page are kept in `target/page`.

#![expect(clippy::panic, reason = "a test ends by panicking")]

mod browser;
mod findings;
mod made;
mod page;
mod pull_request;
mod tools;
