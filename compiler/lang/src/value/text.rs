//! Text under construction: known pieces are joined, references between them are kept, so that a template becomes the
//! target's own join. Must not know where the pieces come from.

use std::sync::Arc;

use tonnage_base::Symbol;

use super::Value;

/// Collects pieces of text, references among them.
#[derive(Clone, Debug, Default)]
pub struct TextBuilder {
    parts: Vec<Value>,
    text: String,
    unknown: Option<Symbol>,
    invalid: bool,
    /// Something that came from a secret was appended.
    sensitive: bool,
    /// The same text as a cloud is given it, with references in place of the secrets; as long as that can be.
    written: Option<Box<Self>>,
}

impl TextBuilder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends text.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
        if let Some(written) = &mut self.written {
            written.push_str(text);
        }
    }

    /// Appends a value that is text or converts to it; says no (appending nothing) to null, lists, maps and objects.
    #[must_use]
    pub fn push(&mut self, value: &Value) -> bool {
        if let Value::Sensitive(secret) = value {
            self.hide(secret.written());
            return self.push_open(secret.inner());
        }
        if let Some(written) = &mut self.written {
            // What it says to this value is said below again.
            let _ = written.push(value);
        }
        self.push_open(value)
    }

    /// Says that what was appended, or left out, hangs on a secret.
    pub fn taint(&mut self) {
        (self.sensitive, self.written) = (true, None);
    }

    /// From here on there are two texts, and in the one for a cloud the secret is written so.
    fn hide(&mut self, written: Option<&Value>) {
        let twin = if self.sensitive { self.written.take() } else { Some(Box::new(self.clone())) };
        self.sensitive = true;
        self.written = match (twin, written) {
            (Some(mut twin), Some(written)) => twin.push(written).then_some(twin),
            _ => None,
        };
    }

    fn push_open(&mut self, value: &Value) -> bool {
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
        if !self.sensitive {
            return self.finish_open();
        }
        let written = self.written.take().map(|twin| twin.finish());
        self.finish_open().into_sensitive_written(written)
    }

    fn finish_open(mut self) -> Value {
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
