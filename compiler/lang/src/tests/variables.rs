//! Variables: types, values from outside, defaults, validations.

use super::{analyse, check, check_with};
use crate::{Value, VariableSource};

fn line(text: &str) -> VariableSource {
    VariableSource::CommandLine(text.to_owned())
}

/// The value of variable `x`, shown.
fn value(block: &str, given: Option<&str>) -> String {
    let text = format!("fleet \"demo\" {{\n  language = 1\n}}\nvariable \"x\" {{\n{block}\n}}\n");
    let given: Vec<(&str, VariableSource)> = given.map(|text| ("x", line(text))).into_iter().collect();
    let (intent, diagnostics, ..) = analyse(&text, &given);
    let Some(intent) = intent else {
        let said: Vec<String> = diagnostics.iter().map(|d| format!("{}: {}", d.code.id, d.message)).collect();
        return said.join("; ");
    };
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    show(intent.root().globals.variables.values().next().unwrap_or(&Value::Invalid))
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.normalize().to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{k} = {}", show(v))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn text_from_outside_is_read_as_the_type_says() {
    assert_eq!(value("type = string", Some("12")), "\"12\"");
    assert_eq!(value("type = number", Some("12")), "12");
    assert_eq!(value("type = number", Some("\"12\"")), "12");
    assert_eq!(value("type = bool", Some("true")), "true");
    assert_eq!(value("type = list(string)", Some("[\"a\", 1]")), "[\"a\", \"1\"]");
    assert_eq!(value("type = map(number)", Some("{ a = \"1\" }")), "{a = 1}");
    assert_eq!(value("type = any", Some("[1]")), "[1]");
    assert_eq!(value("", Some("word")), "\"word\"");
    assert_eq!(value("default = 3", Some("4")), "4");
    assert_eq!(value("default = \"3\"", Some("4")), "\"4\"");
    assert_eq!(
        value("type = number", Some("two")).split(':').next(),
        Some("T0250"),
        "a bare word refers to a name that is not there"
    );
    assert_eq!(value("type = list(string)", Some("[1")).split(':').next(), Some("T0250"));
    assert_eq!(value("type = number", Some("1\nother = 2")).split(':').next(), Some("T0250"));
    assert_eq!(value("type = number", Some("1 }\nfleet {")).split(':').next(), Some("T0250"));
}

#[test]
fn values_are_made_to_fit() {
    assert_eq!(value("type = set(string)\ndefault = [\"b\", \"a\", \"b\"]", None), "[\"a\", \"b\"]");
    assert_eq!(value("type = set(number)\ndefault = [10, \"2\", 2.0]", None), "[2, 10]");
    assert_eq!(
        value("type = object({ a = string, b = optional(number, 3), c = optional(bool) })\ndefault = { a = 1 }", None),
        "{a = \"1\", b = 3, c = null}"
    );
    assert_eq!(value("type = list\ndefault = [1, \"a\"]", None), "[1, \"a\"]");
    assert_eq!(value("type = string\ndefault = null", None), "null");
}

#[test]
fn what_does_not_fit_says_where() {
    assert_eq!(
        value("type = list(object({ nodes = number }))\ndefault = [{ nodes = 1 }, { nodes = \"x\" }]", None),
        "T0246: the value given as its default does not fit variable `x`: at `[1].nodes`, `\"x\"` is not a number"
    );
    assert_eq!(
        value("type = object({ nodes = number })\ndefault = { nodse = 1, nodes = 2 }", None),
        "T0246: the value given as its default does not fit variable `x`: `nodse` is not one of its names (did you mean `nodes`?)"
    );
    assert_eq!(
        value("type = map(string)", Some("[1]")),
        "T0246: the value given on the command line does not fit variable `x`: it is a list, and must be `map(string)`"
    );
}

#[test]
fn the_last_value_counts_and_environments_are_shared() {
    let text = "fleet \"demo\" {\n  language = 1\n}\nvariable \"x\" {\n  type = number\n}\n";
    let given = [
        ("x", VariableSource::Environment("1".into())),
        ("path_of_another_tool", VariableSource::Environment("x".into())),
        ("x", line("2")),
    ];
    let (intent, diagnostics, ..) = analyse(text, &given);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let shown = intent.as_ref().and_then(|i| i.root().globals.variables.values().next()).map(show);
    assert_eq!(shown.as_deref(), Some("2"));
}

#[test]
fn a_value_for_no_variable() {
    let text = "fleet \"demo\" {\n  language = 1\n}\nvariable \"nodes\" {\n  default = 1\n}\n";
    let (_, diagnostics, ..) = analyse(text, &[("nodse", line("2"))]);
    assert!(matches!(diagnostics.as_slice(), [d] if d.code.id == "T0248" && d.is_error()
        && d.help.as_deref() == Some("did you mean `nodes`?")));
}

#[test]
fn types_and_missing_values() {
    check(
        r#"
fleet "demo" {
  language = 1
}
variable "a" {
#< T0247: variable `a` has no value
  type = number
}
variable "b" {
  type    = strng
#           ^^^^^ T0245: `strng` is not a type
  default = ""
}
variable "c" {
  type    = "string"
#           ^^^^^^^^ T0245: the type `string` stands in quotes
  default = ""
}
variable "d" {
  type    = list(string, number)
#           ^^^^^^^^^^^^^^^^^^^^ T0245: this is not a type
  default = ""
}
variable "e" {
  type    = object({ a = optional(number, "x") })
#                                         ^^^ T0246: the default of `a` is not a `number`
  default = {}
}
variable "f" {
  type    = tuple([string, bool])
  default = [1]
#           ^^^ T0246: the value given as its default does not fit variable `f`: it has 1 elements, and must have 2
}
variable "g" {
  type    = tuple(string)
#           ^^^^^^^^^^^^^ T0245: this is not a type
  default = []
}
variable "h" {
  type    = tuple([number, object({ a = optional(bool, true) })])
  default = ["x", {}]
#           ^^^^^^^^^ T0246: the value given as its default does not fit variable `h`: at `[0]`, `"x"` is not a number
}
"#,
    );
}

/// A secret that does not fit is told about without it, and not at its own place.
#[test]
fn secrets_are_not_told() {
    let text = |block: &str| {
        format!("fleet \"demo\" {{\n  language = 1\n}}\nvariable \"x\" {{\n  sensitive = true\n{block}\n}}\n")
    };
    let told = |block: &str, given: &str| {
        let (_, diagnostics, ..) = analyse(&text(block), &[("x", line(given))]);
        assert!(!diagnostics.is_empty(), "{block}");
        assert!(!format!("{diagnostics:?}").contains("hunter2"), "{diagnostics:?}");
        diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>()
    };
    assert_eq!(told("  type = number", "\"hunter2\""), ["T0246"]);
    assert_eq!(told("  type = map(number)", "{ hunter2 = \"hunter2\" }"), ["T0246"]);
    assert_eq!(told("  type = object({ a = string })", "{ hunter2 = 1 }"), ["T0246"]);
    assert_eq!(told("  type = list(string)", "hunter2("), ["T0250"]);
    let validation =
        "  type = string\n  validation {\n    condition = length(var.x) > 9\n    message = \"no ${var.x}\"\n  }";
    assert_eq!(told(validation, "hunter2"), ["T0249"]);
}

#[test]
fn validations() {
    let text = r#"
fleet "demo" {
  language = 1
}
variable "nodes" {
  type    = number
  default = 1
#           ^ T0249: at least 2, found 1
  validation {
    condition = var.nodes >= 2
    message   = "at least 2, found ${var.nodes}."
  }
  validation {
    condition = local.x
#               ^^^^^^^ T0217: `local.x` is not known yet
    message   = "x"
  }
  validation {
    condition = "yes"
#               ^^^^^ T0213: `condition` is a string, expected `true` or `false`
    message   = "x"
  }
}
locals {
  x = 1
}
"#;
    check(text);
    // The value that is blamed is the one given; text from the command line has no place of its own.
    let text = text
        .replace("default = 1\n#           ^ T0249: at least 2, found 1", "default = 4")
        .replace("variable \"nodes\" {", "variable \"nodes\" {\n#        ^^^^^^^ T0249: at least 2, found 0");
    check_with(&text, &[("nodes", line("0"))]);
}
