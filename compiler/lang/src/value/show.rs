//! Values as people read them in messages: as an author would write them, cut short where they are long. Must not be
//! used for output that a machine reads.

use std::fmt;

use super::{Value, number_to_text};

/// Deeper or longer values than these are cut with `…`.
const MAX_DEPTH: usize = 4;
const MAX_ITEMS: usize = 8;
const MAX_TEXT: usize = 60;

impl Value {
    /// The value in words: ``the string `"a"` ``, `a list of 3 elements`, ``cloud `aws` ``.
    pub fn describe(&self) -> String {
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => format!("`{value}`"),
            Self::Number(number) => format!("the number {}", number_to_text(*number)),
            Self::String(_) => format!("the string {self}"),
            Self::List(items) if items.is_empty() => "an empty list".to_owned(),
            Self::List(items) => format!("a list of {}", count(items.len(), "element")),
            Self::Map(map) if map.is_empty() => "an empty map".to_owned(),
            Self::Map(map) => format!("a map of {}", count(map.len(), "element")),
            Self::Quantity(quantity) => format!("{}, {quantity}", quantity.what()),
            Self::Object(object) => object.describe(),
            Self::Reference { address, .. } if address.as_str().contains("://") => format!("the secret `{address}`"),
            Self::Reference { address, attribute: None } => format!("the identifier of `{address}`"),
            Self::Reference { address, attribute: Some(name) } => format!("`{name}` of `{address}`"),
            Self::Join(_) => "text known after apply".to_owned(),
            Self::Unknown(_) => "a value not known yet".to_owned(),
            Self::Sensitive(_) => "a sensitive value".to_owned(),
            Self::Invalid => "a value that failed".to_owned(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self, f, 0)
    }
}

fn show(value: &Value, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    match value {
        Value::Null => f.write_str("null"),
        Value::Bool(value) => write!(f, "{value}"),
        Value::Number(number) => f.write_str(&number_to_text(*number)),
        Value::String(text) => quoted(text, f),
        Value::Quantity(quantity) => write!(f, "\"{quantity}\""),
        Value::List(items) if items.is_empty() => f.write_str("[]"),
        Value::Map(map) if map.is_empty() => f.write_str("{}"),
        Value::List(_) if depth >= MAX_DEPTH => f.write_str("[…]"),
        Value::Map(_) if depth >= MAX_DEPTH => f.write_str("{…}"),
        Value::List(items) => {
            f.write_str("[")?;
            for (i, item) in items.iter().take(MAX_ITEMS).enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                show(item, f, depth + 1)?;
            }
            f.write_str(if items.len() > MAX_ITEMS { ", …]" } else { "]" })
        }
        Value::Map(map) => {
            f.write_str("{ ")?;
            for (i, (key, item)) in map.iter().take(MAX_ITEMS).enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                let key = key.as_str();
                let plain = key.starts_with(|c: char| c.is_alphabetic() || c == '_')
                    && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
                if plain {
                    f.write_str(key)?
                } else {
                    quoted(key, f)?
                }
                f.write_str(" = ")?;
                show(item, f, depth + 1)?;
            }
            f.write_str(if map.len() > MAX_ITEMS { ", … }" } else { " }" })
        }
        Value::Object(object) => f.write_str(&object.describe()),
        Value::Reference { address, attribute } => {
            write!(f, "{address}.{}", attribute.map_or("ref", tonnage_base::Symbol::as_str))
        }
        Value::Join(parts) => {
            f.write_str("\"")?;
            for part in parts.iter() {
                match part {
                    Value::String(text) => escaped(text, f)?,
                    other => {
                        f.write_str("${")?;
                        show(other, f, depth + 1)?;
                        f.write_str("}")?;
                    }
                }
            }
            f.write_str("\"")
        }
        Value::Unknown(why) => write!(f, "({why})"),
        Value::Sensitive(_) => f.write_str("(sensitive)"),
        Value::Invalid => f.write_str("(invalid)"),
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    match text.char_indices().nth(MAX_TEXT) {
        Some((cut, _)) => {
            escaped(text.get(..cut).unwrap_or(text), f)?;
            f.write_str("…")?;
        }
        None => escaped(text, f)?,
    }
    f.write_str("\"")
}

fn escaped(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04x}", c as u32)?,
            c => write!(f, "{c}")?,
        }
    }
    Ok(())
}
