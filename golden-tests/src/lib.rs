//! Golden cases: a folder each, readable alone. The harness is in `tests/`; this crate has no library of its own.
