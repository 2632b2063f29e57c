//! Values as JSON text and back: how bodies cross every edge (plan file, ledger, embedded cloud, clients). Both ways
//! stream: no tree is made in between. Must not know what a body describes.
//!
//! A reference is `{"$ref": "address"}` or `{"$ref": "address", "$att": "Arn"}`, text with references
//! `{"$join": ["arn:", {"$ref": …}]}`, an unknown `{"$unknown": "address", "$att": …}`. A number that JSON readers
//! would round is `{"$number": "0.1234567890123456789"}`. A map's own key that looks like one of these words is written
//! with one more `$` in front: `{"$ref": …}` of a body becomes `{"$$ref": …}`, `"$$ref"` becomes `"$$$ref"`; other keys
//! with a `$` stay as they are. Hence every value has one text, and that text gives the value back.

use std::borrow::Cow;
use std::fmt::{self, Write};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use tonnage_base::Symbol;

use crate::value::{MAX_DEPTH, Node, Reference, ValueId, Values};

const WORDS: [&str; 5] = ["ref", "att", "join", "unknown", "number"];

/// Text that is not a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// What is wrong, with line and column where they are known.
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

/// A map's key as it is written: `$ref` becomes `$$ref`.
pub fn escape_key(key: &str) -> Cow<'_, str> {
    let bare = key.trim_start_matches('$');
    if bare.len() < key.len() && WORDS.contains(&bare) { Cow::Owned(format!("${key}")) } else { Cow::Borrowed(key) }
}

/// A written key as the map has it: `$$ref` becomes `$ref`.
fn unescape_key(key: &str) -> &str {
    match key.strip_prefix('$') {
        Some(rest) if rest.starts_with('$') && WORDS.contains(&rest.trim_start_matches('$')) => rest,
        _ => key,
    }
}

/// Whether a written key is one of the reserved words: `$ref`.
fn is_word(key: &str) -> bool {
    key.strip_prefix('$').is_some_and(|bare| WORDS.contains(&bare))
}

impl Values {
    /// Reads a value from JSON text.
    pub fn from_json(&mut self, text: &str) -> Result<ValueId, JsonError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let fault = |error: serde_json::Error| JsonError { message: error.to_string() };
        let id = Seed { values: self }.deserialize(&mut reader).map_err(fault)?;
        reader.end().map_err(fault)?;
        if self.depth(id) > MAX_DEPTH {
            return Err(JsonError { message: format!("nested deeper than {MAX_DEPTH} levels") });
        }
        Ok(id)
    }

    /// The value as JSON text.
    pub fn to_json(&self, id: ValueId) -> String {
        let mut out = String::new();
        self.write_json(id, &mut out);
        out
    }

    /// Appends the value as JSON text: keys in order, no spaces, numbers as canonical decimals.
    pub fn write_json(&self, id: ValueId, out: &mut String) {
        let _written = self.write(id, out); // a String takes everything
    }

    /// Whether a value's JSON text is this one: asked without making it, or a value of the text.
    pub fn is_json(&self, id: ValueId, text: &str) -> bool {
        let mut rest = Rest(text);
        self.write(id, &mut rest).is_ok() && rest.0.is_empty()
    }

    fn write(&self, id: ValueId, out: &mut impl Write) -> fmt::Result {
        enum Task {
            Value(ValueId),
            Key(Symbol),
            Text(&'static str),
        }
        let mut tasks = vec![Task::Value(id)];
        while let Some(task) = tasks.pop() {
            let id = match task {
                Task::Value(id) => id,
                Task::Text(text) => {
                    out.write_str(text)?;
                    continue;
                }
                Task::Key(key) => {
                    quote(&escape_key(key.as_str()), out)?;
                    out.write_char(':')?;
                    continue;
                }
            };
            match self.node(id) {
                Node::Null => out.write_str("null")?,
                Node::Bool(value) => out.write_str(if value { "true" } else { "false" })?,
                Node::Number(text) => write_number(text.as_str(), out)?,
                Node::String(text) => quote(text.as_str(), out)?,
                Node::Reference(reference) => write_reference("{\"$ref\":", reference, out)?,
                Node::Unknown(reference) => write_reference("{\"$unknown\":", reference, out)?,
                Node::List(_) | Node::Join(_) => {
                    let join = matches!(self.node(id), Node::Join(_));
                    out.write_str(if join { "{\"$join\":[" } else { "[" })?;
                    tasks.push(Task::Text(if join { "]}" } else { "]" }));
                    for (position, &item) in self.items(id).iter().enumerate().rev() {
                        tasks.push(Task::Value(item));
                        if position > 0 {
                            tasks.push(Task::Text(","));
                        }
                    }
                }
                Node::Map(_) => {
                    out.write_char('{')?;
                    tasks.push(Task::Text("}"));
                    let first = tasks.len();
                    for (position, (key, value)) in self.entries(id).enumerate() {
                        if position > 0 {
                            tasks.push(Task::Text(","));
                        }
                        tasks.push(Task::Key(key));
                        tasks.push(Task::Value(value));
                    }
                    if let Some(entries) = tasks.get_mut(first..) {
                        entries.reverse();
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is left of a text that another should be equal to.
struct Rest<'t>(&'t str);

impl Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

fn write_reference(head: &str, reference: Reference, out: &mut impl Write) -> fmt::Result {
    out.write_str(head)?;
    quote(reference.address.as_str(), out)?;
    if let Some(attribute) = reference.attribute {
        out.write_str(",\"$att\":")?;
        quote(attribute.as_str(), out)?;
    }
    out.write_char('}')
}

/// Appends `text` as a JSON string.
pub fn write_text(text: &str, out: &mut String) {
    let _written = quote(text, out); // a String takes everything
}

fn quote(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape: &str = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "",
            _ => continue,
        };
        out.write_str(text.get(plain..at).unwrap_or(""))?;
        if escape.is_empty() {
            write!(out, "\\u{byte:04x}")?;
        } else {
            out.write_str(escape)?;
        }
        plain = at + 1;
    }
    out.write_str(text.get(plain..).unwrap_or(""))?;
    out.write_char('"')
}

/// Appends a canonical decimal as JSON.
pub fn write_decimal(text: &str, out: &mut String) {
    let _written = write_number(text, out); // a String takes everything
}

fn write_number(text: &str, out: &mut impl Write) -> fmt::Result {
    if survives(text) {
        return out.write_str(text);
    }
    out.write_str("{\"$number\":")?;
    quote(text, out)?;
    out.write_char('}')
}

/// Whether every JSON reader gives a number back as it was: 64-bit integers, and decimals that a double holds exactly
/// enough (15 digits) for its shortest text to be the same.
fn survives(text: &str) -> bool {
    if text.parse::<u64>().is_ok_and(|n| n.to_string() == text)
        || text.parse::<i64>().is_ok_and(|n| n.to_string() == text)
    {
        return true;
    }
    text.len() <= 17
        && text.bytes().filter(u8::is_ascii_digit).count() <= 15
        && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-'))
        && text.parse::<f64>().is_ok_and(|n| n != 0.0 && n.to_string() == text)
}

/// Reads one value into a store.
struct Seed<'a> {
    values: &'a mut Values,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ValueId;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ValueId, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ValueId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<ValueId, E> {
        Ok(self.values.null())
    }
    fn visit_bool<E>(self, value: bool) -> Result<ValueId, E> {
        Ok(self.values.bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<ValueId, E> {
        Ok(self.values.number(Symbol::new(&value.to_string())))
    }
    fn visit_i64<E>(self, value: i64) -> Result<ValueId, E> {
        Ok(self.values.number(Symbol::new(&value.to_string())))
    }
    fn visit_f64<E>(self, value: f64) -> Result<ValueId, E> {
        // A double's shortest text has no exponent in Rust: it is canonical, but for minus zero.
        let text = if value == 0.0 { "0".to_owned() } else { value.to_string() };
        Ok(self.values.number(Symbol::new(&text)))
    }
    fn visit_str<E>(self, value: &str) -> Result<ValueId, E> {
        Ok(self.values.string(Symbol::new(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<ValueId, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Seed { values: self.values })? {
            items.push(item);
        }
        Ok(self.values.list(&items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<ValueId, A::Error> {
        let mut entries: Vec<(Symbol, ValueId)> = Vec::new();
        let mut words: Vec<(&'static str, ValueId)> = Vec::new();
        while let Some(key) = access.next_key::<Cow<'_, str>>()? {
            let value = access.next_value_seed(Seed { values: self.values })?;
            match WORDS.iter().find(|word| is_word(&key) && key.ends_with(**word)) {
                Some(word) => words.push((word, value)),
                None => entries.push((Symbol::new(unescape_key(&key)), value)),
            }
        }
        if words.is_empty() {
            return Ok(self.values.map(&mut entries));
        }
        words.sort_by_key(|(word, _)| *word);
        if !entries.is_empty() {
            return Err(de::Error::custom("a reference has keys that do not belong to it"));
        }
        form(self.values, &words).ok_or_else(|| {
            let keys: Vec<String> = words.iter().map(|(word, _)| format!("`${word}`")).collect();
            let keys = keys.join(" and ");
            de::Error::custom(format!("no reference, join, unknown or number is written with {keys} like this"))
        })
    }
}

/// The value of a map made of reserved words, in order of the words.
fn form(values: &mut Values, words: &[(&'static str, ValueId)]) -> Option<ValueId> {
    let text = |values: &Values, id| match values.node(id) {
        Node::String(text) => Some(text),
        _ => None,
    };
    let reference = |values: &Values, address, attribute: Option<ValueId>| {
        let attribute = match attribute {
            Some(id) => Some(text(values, id)?),
            None => None,
        };
        Some(Reference { address: text(values, address)?, attribute })
    };
    match *words {
        [("ref", address)] => reference(values, address, None).map(|r| values.reference(r)),
        [("att", attribute), ("ref", address)] => {
            reference(values, address, Some(attribute)).map(|r| values.reference(r))
        }
        [("unknown", address)] => reference(values, address, None).map(|r| values.unknown(r)),
        [("att", attribute), ("unknown", address)] => {
            reference(values, address, Some(attribute)).map(|r| values.unknown(r))
        }
        [("number", number)] => text(values, number).map(|number| values.number(number)),
        [("join", parts)] => {
            let parts = match values.node(parts) {
                Node::List(_) => values.items(parts).to_vec(),
                _ => return None,
            };
            let fits =
                |id: &ValueId| matches!(values.node(*id), Node::String(_) | Node::Reference(_) | Node::Unknown(_));
            parts.iter().all(fits).then(|| values.join(&parts))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
