//! Hands texts to the `parser` target. Must not know what is checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tonnage_golden_tests::fuzz::parser(text));
