//! Values that came from a secret. Nothing outside of this crate can look inside; whoever meets one and does not know
//! what to do finds a value of no type he can use. Must not know who makes something of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Value;

/// Whether any sensitive value was made in this process. Only a short cut: without secrets nobody looks for them.
static ANY: AtomicBool = AtomicBool::new(false);

/// A value that came from a secret.
#[derive(Clone)]
pub struct Sensitive {
    inner: Arc<Value>,
    written: Option<Arc<Value>>,
}

impl Sensitive {
    /// What a cloud is given instead of the text: a reference to the variable, or text with such references in it. None
    /// where the value was computed from the secret, which no cloud can repeat.
    pub fn written(&self) -> Option<&Value> {
        self.written.as_deref()
    }

    /// The value itself.
    pub(crate) fn inner(&self) -> &Value {
        &self.inner
    }
}

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(sensitive)")
    }
}

impl Value {
    /// The value as one that came from a secret. What failed and what is not known yet holds no secret.
    #[must_use]
    pub fn into_sensitive(self) -> Self {
        self.into_sensitive_written(None)
    }

    /// The same, with what a cloud is given for it.
    #[must_use]
    pub(crate) fn into_sensitive_written(self, written: Option<Self>) -> Self {
        match self {
            Self::Invalid | Self::Unknown(_) | Self::Sensitive(_) => self,
            inner => {
                ANY.store(true, Ordering::Relaxed);
                Self::Sensitive(Sensitive { inner: Arc::new(inner), written: written.map(Arc::new) })
            }
        }
    }

    /// The value as one that hangs on a secret: what a cloud would be given for it would show how.
    #[must_use]
    pub(crate) fn into_hidden(self) -> Self {
        match self {
            Self::Sensitive(Sensitive { inner, .. }) => Self::Sensitive(Sensitive { inner, written: None }),
            other => other.into_sensitive(),
        }
    }

    /// Whether it, or anything in it, came from a secret.
    pub fn holds_sensitive(&self) -> bool {
        if !ANY.load(Ordering::Relaxed) {
            return false;
        }
        let mut rest = vec![self];
        while let Some(value) = rest.pop() {
            match value {
                Self::Sensitive(_) => return true,
                Self::List(items) | Self::Join(items) => rest.extend(items.iter()),
                Self::Map(map) => rest.extend(map.values()),
                _ => {}
            }
        }
        false
    }

    /// The value with everything in it laid open. Values nest no deeper than the evaluator lets them.
    pub(crate) fn opened(&self) -> Self {
        match self {
            Self::Sensitive(sensitive) => sensitive.inner.opened(),
            Self::List(items) if self.holds_sensitive() => Self::List(items.iter().map(Self::opened).collect()),
            Self::Map(map) if self.holds_sensitive() => {
                Self::Map(Arc::new(map.iter().map(|(key, value)| (*key, value.opened())).collect()))
            }
            other => other.clone(),
        }
    }
}
