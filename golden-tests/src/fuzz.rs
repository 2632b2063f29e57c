//! The fuzz targets, one function each: what must hold for any text at all. They panic where it does not. The folder
//! `fuzz/` hands them to a fuzzer, the property tests hand them drawn and hurt texts.
//!
//! Must not know where a text comes from.

use std::collections::BTreeMap;

use tonnage_base::{Date, Diagnostic, FileId, Span, Symbol, diagnostic::has_errors};
use tonnage_lang::{
    Evaluator, Value,
    scope::{EmptyScope, Frame, MapNamespace},
};
use tonnage_syntax::{
    SameMeaning,
    comments::Belongs,
    tree::{Block, Body, Expr},
};

const FILE: FileId = FileId(0);

/// Steps that one expression may take here: enough for every honest one, few enough that a fuzzer stays quick.
const STEPS: u64 = 200_000;

/// The day on which dates are evaluated.
const DAY: Date = Date::constant(2027, 1, 1);

/// Parsing ends, whatever the text; every place lies in it; a byte-order mark changes nothing.
pub fn parser(text: &str) {
    let (file, diagnostics) = tonnage_syntax::parse(FILE, text);
    places_lie_inside(&diagnostics, FILE, text);
    let mut bodies = vec![(&file.body, Span::new(FILE, 0, u32::try_from(text.len()).expect("a small text")))];
    while let Some((body, around)) = bodies.pop() {
        for attribute in &body.attributes {
            lies_inside(attribute.span, around, text);
            lies_inside(attribute.key.span, attribute.span, text);
            lies_inside(attribute.value.span, attribute.span, text);
            assert_eq!(&text[range(attribute.key.span)], attribute.key.name.as_str(), "the name is what is written");
        }
        for block in &body.blocks {
            lies_inside(block.span, around, text);
            lies_inside(block.header, block.span, text);
            lies_inside(block.kind.span, block.header, text);
            for label in &block.labels {
                lies_inside(label.span, block.header, text);
            }
            bodies.push((&block.body, block.span));
        }
    }
    if !text.starts_with('\u{feff}') {
        let (marked, found) = tonnage_syntax::parse(FILE, &format!("\u{feff}{text}"));
        assert!(marked.same_meaning(&file), "a byte-order mark changes the meaning");
        assert_eq!(found.len(), diagnostics.len(), "a byte-order mark changes what is wrong");
    }
}

/// What has no error is laid out so that it means the same and loses no comment; doing it twice changes nothing; the
/// edits for an editor give the same text. What has an error is refused.
pub fn formatter(text: &str) {
    let (before, diagnostics) = tonnage_syntax::parse(FILE, text);
    let formatted = tonnage_syntax::format(FILE, text);
    assert_eq!(formatted.is_err(), has_errors(&diagnostics), "refused exactly where something is wrong");
    let Ok(once) = formatted else { return };
    let (after, found) = tonnage_syntax::parse(FILE, &once);
    assert!(!has_errors(&found), "formatting makes an error:\n{once}\n{found:#?}");
    assert!(before.same_meaning(&after), "formatting changes the meaning:\n{once}");
    assert_eq!(comments(text), comments(&once), "formatting moves or loses a comment:\n{once}");
    assert_eq!(tonnage_syntax::format(FILE, &once).as_deref(), Ok(&once[..]), "formatting twice is not once");
    let edits = tonnage_syntax::format_edits(FILE, text).expect("no errors");
    let (mut edited, mut from) = (String::new(), 0);
    for edit in edits {
        edited.push_str(&text[from..edit.span.lo as usize]);
        edited.push_str(&edit.replacement);
        from = edit.span.hi as usize;
    }
    edited.push_str(&text[from..]);
    assert_eq!(edited, once, "the edits give another text");
}

fn comments(text: &str) -> Vec<(String, usize, Belongs)> {
    let plain = text.replace("\r\n", "\n");
    let plain = plain.strip_prefix('\u{feff}').unwrap_or(&plain);
    tonnage_syntax::comments(FILE, plain).iter().map(|c| (c.text.to_owned(), c.ordinal, c.belongs)).collect()
}

/// Evaluating any expression ends within its steps, gives the same twice, says why where it gives nothing, and says so
/// at a place in the text.
pub fn evaluator(text: &str) {
    let (file, diagnostics) = tonnage_syntax::parse(FILE, text);
    let parsed = !has_errors(&diagnostics);
    let mut bodies = vec![&file.body];
    while let Some(Body { attributes, blocks }) = bodies.pop() {
        for attribute in attributes {
            let (value, said) = evaluate(&attribute.value);
            places_lie_inside(&said, FILE, text);
            if parsed {
                let failed = matches!(value, Value::Invalid);
                assert!(!failed || has_errors(&said), "nothing is said about `{}`", &text[range(attribute.span)]);
            }
            let (again, said_again) = evaluate(&attribute.value);
            assert_eq!(value.to_string(), again.to_string(), "another value the second time");
            assert_eq!(said, said_again, "other words the second time");
            let _ = value.describe();
        }
        bodies.extend(blocks.iter().map(|Block { body, .. }| body));
    }
}

fn evaluate(expr: &Expr) -> (Value, Vec<Diagnostic>) {
    let mut evaluator = Evaluator::new().for_day(DAY);
    evaluator.steps_left = STEPS;
    let text = Value::string;
    let number = |n: i64| Value::Number(n.into());
    let entries: BTreeMap<Symbol, Value> = [
        ("text", text("ünïcode")),
        ("n", number(3)),
        ("none", Value::Null),
        ("on", Value::Bool(true)),
        ("list", Value::list([number(10), text("20"), Value::Null])),
        ("map", Value::map([("a", number(1)), ("b", Value::list([]))])),
        ("day", text("2027-01-11")),
        ("size", text("2.1 PiB")),
        ("later", Value::Unknown(Symbol::new("known after placement"))),
        ("id", Value::Reference { address: Symbol::new("vpc"), attribute: None }),
    ]
    .map(|(name, value)| (Symbol::new(name), value))
    .into();
    let names = MapNamespace::new("the variables of this fleet", entries).into_value();
    let scope = Frame::new(&EmptyScope).with(Symbol::new("var"), names.clone()).with(Symbol::new("local"), names);
    let value = evaluator.eval(expr, &scope);
    (value, evaluator.diagnostics)
}

/// Reading a plan file gives a plan or a refusal; a plan that was read is written and read as the same. A fuzzer can't
/// guess a checksum: the content alone is tried as well.
pub fn plan_reader(text: &str) {
    use tonnage_plan::file;
    let content = serde_json::from_str::<serde_json::Value>(text).ok().map(|mut whole| match whole.get_mut("plan") {
        Some(plan) => plan.take().to_string(),
        None => whole.to_string(),
    });
    let plans = [file::read(text).ok(), content.and_then(|content| file::read_content(&content).ok())];
    for plan in plans.into_iter().flatten() {
        let written = file::write(&plan);
        let read = file::read(&written).unwrap_or_else(|said| unreadable(&said, &written));
        assert_eq!(file::write(&read), written, "written again it differs");
        assert_eq!(read.digest(), plan.digest(), "read again it has another digest");
    }
}

#[expect(clippy::panic, reason = "a broken promise ends the run")]
fn unreadable(said: &Diagnostic, written: &str) -> tonnage_plan::Plan {
    panic!("what was written is refused: {said:?}\n{written}")
}

/// Every place of every diagnostic that is in this file lies in its text and cuts no character in two.
pub fn places_lie_inside(diagnostics: &[Diagnostic], file: FileId, text: &str) {
    for diagnostic in diagnostics {
        let labels = diagnostic.primary.iter().chain(&diagnostic.secondary).map(|label| label.span);
        for span in labels.chain(diagnostic.suggestions.iter().map(|s| s.span)).filter(|span| span.file == file) {
            assert!(
                text.get(range(span)).is_some(),
                "{span:?} is not in a text of {} bytes: {diagnostic:?}",
                text.len()
            );
        }
    }
}

fn lies_inside(span: Span, around: Span, text: &str) {
    assert!(text.get(range(span)).is_some(), "{span:?} is not in a text of {} bytes", text.len());
    assert!(around.lo <= span.lo && span.hi <= around.hi, "{span:?} is not in {around:?}");
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.lo as usize..span.hi as usize
}
