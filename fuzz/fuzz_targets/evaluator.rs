//! Hands texts to the `evaluator` target. Must not know what is checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tonnage_golden_tests::fuzz::evaluator(text));
