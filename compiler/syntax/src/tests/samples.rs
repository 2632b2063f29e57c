//! Extracts of whole fleets parse without a word, and damaged ones never panic.

use proptest::prelude::*;

use super::{FILE, good};
use crate::lex;

pub(crate) const SERVING: &str =
    include_str!("../../../../golden-tests/cases/plan/serving_with_a_reserved_floor/input/serving.fleet.hcl");
pub(crate) const TRAINING: &str =
    include_str!("../../../../golden-tests/cases/plan/a_training_run_on_capacity_blocks/input/training.fleet.hcl");
pub(crate) const FRONTIER: &str =
    include_str!("../../../../golden-tests/cases/plan/a_seven_year_contract/no_images/frontier.fleet.hcl");

#[test]
fn whole_fleets_parse() {
    let serving = good(SERVING);
    assert_eq!(serving.body.blocks_of("pool").count(), 1);
    let training = good(TRAINING);
    let pool = training.body.blocks_of("pool").next().unwrap();
    assert_eq!(pool.body.blocks_of("option").count(), 2);
    assert_eq!(good(FRONTIER).body.blocks_of("commitment").count(), 1);
}

#[test]
fn tokens_and_gaps_make_the_text() {
    for text in [SERVING, TRAINING, FRONTIER] {
        let (tokens, _) = lex::lex(FILE, text);
        let mut at = 0;
        for token in tokens {
            assert!(text[at..token.lo as usize].chars().all(|c| c == ' '));
            at = token.hi as usize;
        }
        assert_eq!(at, text.len());
    }
}

/// Some edits of a text: pieces cut out, pieces put in.
pub(crate) fn damaged() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(""),
        Just("\""),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just("("),
        Just(")"),
        Just("${"),
        Just("%{"),
        Just("<<-EOT\n"),
        Just("EOT"),
        Just("\n"),
        Just("\r\n"),
        Just("="),
        Just("== "),
        Just(","),
        Just(" + "),
        Just("\\"),
        Just("/*"),
        Just("*/"),
        Just("#"),
        Just("é"),
        Just("\u{a0}"),
        Just("?"),
        Just(":"),
        Just("..."),
        Just("for x in y : "),
        Just("1e999"),
        Just("\u{feff}"),
        Just("%{ if a }"),
        Just("%{ endif }"),
        Just(" ~}"),
        Just("$${"),
        Just("a.*.b[*]"),
        Just("\t"),
        Just("\r"),
        Just("0"),
        Just("-"),
        Just("!"),
        Just("."),
        Just("//"),
        Just("<<X\n a ${b}\n X\n"),
    ];
    let text = prop_oneof![Just(SERVING), Just(TRAINING), Just(FRONTIER), Just(super::MIXED)];
    (text, prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, piece), 0..6)).prop_map(|(text, edits)| {
        let mut text = text.to_owned();
        for (place, length, piece) in edits {
            let mut lo = place.index(text.len() + 1);
            while !text.is_char_boundary(lo) {
                lo -= 1;
            }
            let mut hi = (lo + length).min(text.len());
            while !text.is_char_boundary(hi) {
                hi += 1;
            }
            text.replace_range(lo..hi, piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_fleets_never_panic_and_errors_have_places(text in damaged()) {
        let (_, diagnostics) = crate::parse(FILE, &text);
        for diagnostic in diagnostics {
            let span = diagnostic.primary.as_ref().unwrap().span;
            prop_assert!(text.get(span.lo as usize..span.hi as usize).is_some());
            for suggestion in &diagnostic.suggestions {
                prop_assert!(text.get(suggestion.span.lo as usize..suggestion.span.hi as usize).is_some());
            }
        }
    }

    #[test]
    fn any_text_never_panics(text in "[ -~\\n\"${}%<>=\\[\\]()é\u{feff}\r]{0,60}") {
        crate::parse(FILE, &text);
    }
}
