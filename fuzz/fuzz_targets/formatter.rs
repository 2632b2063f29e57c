//! Hands texts to the `formatter` target. Must not know what is checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tonnage_golden_tests::fuzz::formatter(text));
