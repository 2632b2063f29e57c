//! Tests of `provenance`.
