//! Text under construction: known pieces are joined, references between them are kept, so that a template becomes the
//! target's own join. Must not know where the pieces come from.

use std::sync::Arc;

use tonnage_base::Symbol;

use super::Value;

/// Collects pieces of text, references among them.
#[derive(Debug, Default)]
pub struct TextBuilder {
    parts: Vec<Value>,
    text: String,
    unknown: Option<Symbol>,
    invalid: bool,
}

impl TextBuilder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends text.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a value that is text or converts to it; says no (appending nothing) to null, lists, maps and objects.
    #[must_use]
    pub fn push(&mut self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.text.push_str(text),
            Value::Reference { .. } => {
                self.flush();
                self.parts.push(value.clone());
            }
            Value::Join(parts) => {
                for part in parts.iter() {
                    match part {
                        Value::String(text) => self.text.push_str(text),
                        other => {
                            self.flush();
                            self.parts.push(other.clone());
                        }
                    }
                }
            }
            Value::Unknown(why) => self.unknown = self.unknown.or(Some(*why)),
            Value::Invalid => self.invalid = true,
            other => match other.as_text() {
                Ok(text) => self.text.push_str(&text),
                Err(_) => return false,
            },
        }
        true
    }

    /// Says that something in it failed: the whole is invalid.
    pub fn fail(&mut self) {
        self.invalid = true;
    }

    /// Bytes and references so far: what a bound is held against.
    pub fn len(&self) -> usize {
        self.text.len() + self.parts.len()
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A string, or a join where there are references, or unknown where a piece is.
    pub fn finish(mut self) -> Value {
        if self.invalid {
            return Value::Invalid;
        }
        if let Some(why) = self.unknown {
            return Value::Unknown(why);
        }
        if self.parts.is_empty() {
            return Value::String(Arc::from(self.text));
        }
        self.flush();
        // A reference alone in quotes is that reference.
        if let [only @ Value::Reference { .. }] = self.parts.as_slice() {
            return only.clone();
        }
        Value::Join(self.parts.into())
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Value::string(&self.text));
            self.text.clear();
        }
    }
}
