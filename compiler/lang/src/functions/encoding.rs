//! Base64, JSON, hashes. JSON keeps numbers exact and references as they are: text around them becomes a join. Must not
//! know spans.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tonnage_base::Symbol;

use super::{Arguments, Fault, Function, Kind, Parameter};
use crate::evaluate::MAX_TEXT;
use crate::value::{Mismatch, TextBuilder, Value, number_from_text, number_to_text};

const TEXT: Parameter = Parameter::new("text", Kind::Text);

/// Values nested deeper than this are not written or read as JSON.
const MAX_DEPTH: usize = 64;

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "base64decode",
        &[TEXT],
        "The text that base64 encodes.",
        "base64decode(\"SGVsbG8=\")",
        "\"Hello\"",
        |a| {
            let bytes = STANDARD
                .decode(a.text(0))
                .map_err(|why| Fault::Refused(0, format!("this is not base64: {}", why.to_string().to_lowercase())))?;
            match String::from_utf8(bytes) {
                Ok(text) => Ok(Value::string(&text)),
                Err(_) => Err(Fault::Refused(0, "what it encodes is not text in UTF-8".to_owned())),
            }
        },
    ),
    Function::new(
        "base64encode",
        &[TEXT],
        "The text in base64, with padding.",
        "base64encode(\"Hello\")",
        "\"SGVsbG8=\"",
        |a| Ok(Value::string(&STANDARD.encode(a.text(0)))),
    ),
    Function::new(
        "csvdecode",
        &[TEXT],
        "The rows of CSV text, each a map from the names in the first row.",
        "csvdecode(\"name,nodes\\neast,2\")",
        "[{ name = \"east\", nodes = \"2\" }]",
        csvdecode,
    ),
    Function::new(
        "jsondecode",
        &[TEXT],
        "The value that JSON text writes.",
        "jsondecode(\"{\\\"a\\\": [1, null]}\")",
        "{ a = [1, null] }",
        jsondecode,
    ),
    Function::new(
        "jsonencode",
        &[Parameter::new("value", Kind::Any)],
        "The value as JSON text, without white space, keys in order.",
        "jsonencode({ b = [1, true], a = null })",
        "\"{\\\"a\\\":null,\\\"b\\\":[1,true]}\"",
        |a| {
            let mut text = TextBuilder::new();
            write_json(&a.value(0).clone(), &mut text, a.steps, 0)?;
            Ok(text.finish())
        },
    ),
    Function::new(
        "sha256",
        &[TEXT],
        "The SHA-256 of a text, in hexadecimal.",
        "sha256(\"hello world\")",
        "\"b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9\"",
        |a| {
            let hash = Sha256::digest(a.text(0).as_bytes());
            let hex: String = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(hex_digit).collect();
            Ok(Value::string(&hex))
        },
    ),
    Function::new(
        "urlencode",
        &[TEXT],
        "The text as a part of an address: other bytes than letters, digits, -, _, . and ~ as %XX.",
        "urlencode(\"a b/ü\")",
        "\"a%20b%2F%C3%BC\"",
        |a| {
            if a.text(0).len() > MAX_TEXT / 3 {
                return Err(Fault::TooLarge(MAX_TEXT));
            }
            Ok(Value::string(&urlencode(a.text(0))))
        },
    ),
];

fn hex_digit(nibble: u8) -> Option<char> {
    char::from_digit(u32::from(nibble), 16)
}

/// A value as JSON text; none where part of it is known only after apply, or is a declared thing.
pub fn to_json(value: &Value) -> Option<String> {
    let mut text = TextBuilder::new();
    write_json(value, &mut text, &mut 10_000_000, 0).ok()?;
    match text.finish() {
        Value::String(text) => Some(text.as_ref().to_owned()),
        _ => None,
    }
}

/// A value from JSON text; none where it is none.
pub fn from_json(text: &str) -> Option<Value> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    read_json(raw, &mut 10_000_000, 0).ok()
}

pub(super) fn write_json(value: &Value, text: &mut TextBuilder, steps: &mut u64, depth: usize) -> Result<(), Fault> {
    *steps = steps.checked_sub(1).ok_or(Fault::Steps)?;
    if depth > MAX_DEPTH {
        return Err(Fault::Refused(0, format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    if text.len() > MAX_TEXT {
        return Err(Fault::TooLarge(MAX_TEXT));
    }
    let mut quoted = String::new();
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number_to_text(*number)),
        Value::String(string) => {
            json_text(string, &mut quoted);
            text.push_str(&quoted);
        }
        Value::Quantity(quantity) => {
            json_text(&quantity.to_string(), &mut quoted);
            text.push_str(&quoted);
        }
        Value::List(items) => {
            text.push_str("[");
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                write_json(item, text, steps, depth + 1)?;
            }
            text.push_str("]");
        }
        Value::Map(map) => {
            text.push_str("{");
            for (at, (key, item)) in map.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                quoted.clear();
                json_text(key.as_str(), &mut quoted);
                text.push_str(&quoted);
                text.push_str(":");
                write_json(item, text, steps, depth + 1)?;
            }
            text.push_str("}");
        }
        // Identifiers and attributes are ids, names and ARNs: nothing that JSON would escape.
        Value::Reference { .. } => {
            text.push_str("\"");
            if !text.push(value) {
                return Err(Fault::Invalid);
            }
            text.push_str("\"");
        }
        Value::Join(parts) => {
            text.push_str("\"");
            for part in parts.iter() {
                if let Value::String(string) = part {
                    quoted.clear();
                    json_text(string, &mut quoted);
                    let inner = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or("");
                    text.push_str(inner);
                } else if !text.push(part) {
                    return Err(Fault::Invalid);
                }
            }
            text.push_str("\"");
        }
        Value::Unknown(why) => return Err(Fault::Unknown(*why)),
        // Only what is laid open is written.
        Value::Sensitive(_) | Value::Invalid => return Err(Fault::Invalid),
        Value::Object(object) => {
            let message = format!("{} can't be written as JSON; pick attributes of it", object.describe());
            return Err(Fault::Type(0, message));
        }
    }
    Ok(())
}

/// Appends a JSON string with its quotes.
pub(super) fn json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn csvdecode(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let text = a.text(0).to_owned();
    a.spend(text.len())?;
    let refused = |why: csv::Error| Fault::Refused(0, format!("this is not CSV: {why}"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<Symbol> = reader.headers().map_err(refused)?.iter().map(Symbol::new).collect();
    if let Some(twice) = names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|n| n == *name)) {
        return Err(Fault::Refused(0, format!("two columns are named `{}`", twice.1)));
    }
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(refused)?;
        let cells = names.iter().zip(row.iter()).map(|(name, cell)| (*name, Value::string(cell)));
        rows.push(Value::Map(Arc::new(cells.collect())));
    }
    a.spend_items(rows.len())?;
    Ok(Value::list(rows))
}

/// Bytes other than letters, digits, `-`, `_`, `.` and `~` as `%XX`.
fn urlencode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
                }
            }
        }
    }
    out
}

fn jsondecode(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let text = a.text(0).to_owned();
    if text.len() > MAX_TEXT {
        return Err(Fault::TooLarge(MAX_TEXT));
    }
    let raw: &RawValue = serde_json::from_str(&text).map_err(|why| not_json(&why))?;
    read_json(raw, a.steps, 0)
}

fn not_json(why: &serde_json::Error) -> Fault {
    Fault::Refused(0, format!("this is not JSON: {why}"))
}

/// Level by level, so that numbers are read from their text and stay exact.
fn read_json(raw: &RawValue, steps: &mut u64, depth: usize) -> Result<Value, Fault> {
    let text = raw.get();
    // Each level reads the text inside it once more.
    *steps = steps.checked_sub(1 + text.len() as u64 / 16).ok_or(Fault::Steps)?;
    if depth > MAX_DEPTH {
        return Err(Fault::Refused(0, format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    Ok(match text.as_bytes().first() {
        Some(b'n') => Value::Null,
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'"') => Value::string(&serde_json::from_str::<String>(text).map_err(|why| not_json(&why))?),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|why| not_json(&why))?;
            let items: Result<Vec<Value>, Fault> =
                items.into_iter().map(|item| read_json(item, steps, depth + 1)).collect();
            Value::list(items?)
        }
        Some(b'{') => {
            let map: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|why| not_json(&why))?;
            let map: Result<BTreeMap<Symbol, Value>, Fault> = map
                .into_iter()
                .map(|(key, item)| Ok((Symbol::new(&key), read_json(item, steps, depth + 1)?)))
                .collect();
            Value::Map(Arc::new(map?))
        }
        _ => match number_from_text(text) {
            Ok(number) => Value::Number(number),
            Err(Mismatch::OutOfRange) => return Err(Fault::OutOfRange),
            Err(_) => return Err(Fault::Refused(0, "this is not JSON".to_owned())),
        },
    })
}
