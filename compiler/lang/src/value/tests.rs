//! Conversions, display, depth.

use tonnage_base::{Decimal, Symbol};

use super::{Mismatch, Value, number_from_text, number_to_text};

#[test]
fn numbers_are_read_from_text_exactly_or_not_at_all() {
    for (text, expect) in [
        ("5", Some("5")),
        ("-0.50", Some("-0.5")),
        ("+7", Some("7")),
        ("1e5", Some("100000")),
        ("2.5E-3", Some("0.0025")),
        ("0e999999", Some("0")),
        ("79228162514264337593543950335", Some("79228162514264337593543950335")),
        ("", None),
        (".5", None),
        ("5.", None),
        ("1_000", None),
        ("0x10", None),
        (" 1", None),
        ("e5", None),
        ("1e", None),
        ("NaN", None),
    ] {
        let read = number_from_text(text).ok().map(number_to_text);
        assert_eq!(read.as_deref(), expect, "{text}");
    }
    assert_eq!(number_from_text("79228162514264337593543950336"), Err(Mismatch::OutOfRange));
    assert_eq!(number_from_text("1e29"), Err(Mismatch::OutOfRange));
    assert_eq!(number_from_text("0.00000000000000000000000000001"), Err(Mismatch::OutOfRange));
}

#[test]
fn canonical_text_has_no_trailing_zeros_and_no_minus_zero() {
    assert_eq!(number_to_text(Decimal::new(-1500, 3)), "-1.5");
    assert_eq!(number_to_text(-Decimal::ZERO), "0");
    assert_eq!(number_to_text(Decimal::new(100, 0)), "100");
}

#[test]
fn display_is_cut_where_it_is_long() {
    let long = Value::list((0..20).map(|n| Value::Number(n.into())));
    assert_eq!(long.to_string(), "[0, 1, 2, 3, 4, 5, 6, 7, …]");
    let nested = Value::map([("a b", Value::list([Value::string("x\"\n")])), ("c", Value::Null)]);
    assert_eq!(nested.to_string(), "{ \"a b\" = [\"x\\\"\\n\"], c = null }");
    assert!(Value::string(&"x".repeat(100)).to_string().ends_with("x…\""));
    assert_eq!(Value::list([Value::Null]).describe(), "a list of 1 element");
}

#[test]
fn depth_is_measured_without_recursion_and_once_for_what_is_shared() {
    let mut value = Value::Bool(true);
    for _ in 0..100 {
        value = Value::list([value.clone(), value]);
    }
    assert!(!value.nests_deeper_than(100));
    assert!(value.nests_deeper_than(99));
    let wide = Value::list((0..5_000).map(|_| Value::list([Value::list([])])));
    assert!(wide.nests_deeper_than(2) && !wide.nests_deeper_than(3));
    assert!(!Value::Null.nests_deeper_than(0));
    assert!(Value::map([("a", Value::Null)]).nests_deeper_than(0));
}

#[test]
fn the_reason_of_a_join_is_that_of_its_first_reference() {
    let reference = Value::Reference { address: Symbol::new("pool.a.x"), attribute: Some(Symbol::new("Arn")) };
    let join = Value::Join([Value::string("a"), reference].into());
    assert_eq!(join.unknown_reason(), Some(Symbol::new("`Arn` of `pool.a.x` is known after apply")));
    assert_eq!(join.as_number(), Err(Mismatch::Unknown(Symbol::new("`Arn` of `pool.a.x` is known after apply"))));
}
