//! What an apply is told beside the plan. Must not read the environment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tonnage_base::{Clock, Symbol};
use tonnage_cloud::Cloud;
use tonnage_graph::{Reference, Secret, secret::HIDDEN};

/// The cloud of a `cloud` block, by its name; none: there is no such block.
pub type Clouds<'a> = &'a (dyn Fn(Symbol) -> Option<Arc<dyn Cloud>> + Send + Sync);

/// How to apply.
#[derive(Clone)]
pub struct Options {
    /// Units at work side by side.
    pub parallelism: usize,
    /// The plan's digest: makes requests repeatable, and ties journal and record to the plan.
    pub digest: String,
    /// Who applies, for lock and record.
    pub who: String,
    /// Tells the time.
    pub clock: Clock,
    /// Seconds that the lock lasts without a sign of life.
    pub lock_seconds: i64,
    /// How long to wait for a lock that somebody else has.
    pub lock_wait: Duration,
    /// Look at everything the plan was made from before the first unit is begun: for a plan that was not made just now,
    /// or was read in between.
    pub look_first: bool,
    /// Values of sensitive variables, which the plan does not hold.
    pub secrets: Secrets,
    /// Guards that do not hold and were lifted for this plan: recorded.
    pub lifted: Vec<String>,
}

impl Options {
    /// Ten units side by side, a lock of an hour.
    pub fn new(digest: impl Into<String>, who: impl Into<String>, clock: Clock) -> Self {
        Self {
            parallelism: 10,
            digest: digest.into(),
            who: who.into(),
            clock,
            lock_seconds: tonnage_ledger::LockRequest::TTL,
            lock_wait: Duration::ZERO,
            look_first: false,
            secrets: Secrets::default(),
            lifted: Vec::new(),
        }
    }
}

/// Values of sensitive variables, by their names. Shown nowhere, not even to a debugger's eye.
#[derive(Clone, Default)]
pub struct Secrets(Arc<BTreeMap<Symbol, String>>);

/// What is shorter stands in other words by chance, and is no secret.
const SHORTEST: usize = 4;

impl Secrets {
    /// Of these values.
    pub fn new(values: impl IntoIterator<Item = (Symbol, String)>) -> Self {
        Self(Arc::new(values.into_iter().collect()))
    }

    /// The value of the variable that a reference is to.
    pub fn of(&self, reference: Reference) -> Option<&str> {
        match reference.secret()? {
            Secret::Variable(name) => self.0.get(&Symbol::new(name)).map(String::as_str),
            Secret::Stored(_) => None,
        }
    }

    /// A service's words without them: as they are, and as JSON writes them.
    pub(crate) fn hidden_in(&self, words: String) -> String {
        let mut forms: Vec<String> = Vec::new();
        for secret in self.0.values().filter(|secret| secret.chars().count() >= SHORTEST) {
            let json = serde_json::Value::from(secret.as_str()).to_string();
            forms.extend([json.trim_matches('"').to_owned(), secret.clone()]);
        }
        // one may be a part of another
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.iter().fold(words, |words, form| match words.contains(form.as_str()) {
            true => words.replace(form.as_str(), HIDDEN),
            false => words,
        })
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_left_in_words_and_words_that_are_none_stay() {
        let of = |values: &[&str]| {
            Secrets::new(values.iter().enumerate().map(|(n, v)| (Symbol::new(&n.to_string()), (*v).to_owned())))
        };
        let hidden = |values: &[&str], words: &str| of(values).hidden_in(words.to_owned());
        assert_eq!(
            hidden(&["hunter2"], "Value 'hunter2' at 'p', 'hunter2'"),
            "Value '(sensitive)' at 'p', '(sensitive)'"
        );
        assert_eq!(hidden(&["a\"b\\c"], r#"{"Value":"a\"b\\c"} a"b\c"#), r#"{"Value":"(sensitive)"} (sensitive)"#);
        assert_eq!(hidden(&["hunter", "hunter2"], "hunter2"), "(sensitive)", "the longer one first");
        assert_eq!(hidden(&["no", ""], "no such node"), "no such node");
    }
}
