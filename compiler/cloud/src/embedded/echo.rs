//! What services say back when something fails: the values that they were given. Only said, never kept. Must not know
//! which of them are secret.

use crate::cloud::{Event, EventSink, Failure, Outcome, UnitRequest};

/// Stands in the words of a scenario for the values of a unit's parameters.
const VALUES: &str = "$VALUES";

/// Says values of a request in place of what stands for them.
pub(super) struct Echo<'a> {
    request: &'a UnitRequest,
    events: &'a dyn EventSink,
}

impl<'a> Echo<'a> {
    pub fn of(request: &'a UnitRequest, events: &'a dyn EventSink) -> Self {
        Self { request, events }
    }

    fn words(&self, text: String) -> String {
        if !text.contains(VALUES) {
            return text;
        }
        let values: Vec<&str> = self.request.parameters.iter().map(|(_, value)| value.as_str()).collect();
        text.replace(VALUES, &values.join(", "))
    }

    pub fn outcome(&self, outcome: Outcome) -> Outcome {
        let said = |failure: Failure| Failure { reason: self.words(failure.reason), ..failure };
        match outcome {
            Outcome::Failed { failures, kept } => {
                Outcome::Failed { failures: failures.into_iter().map(said).collect(), kept }
            }
            other => other,
        }
    }
}

impl EventSink for Echo<'_> {
    fn event(&self, event: Event) {
        let detail = self.words(event.detail);
        self.events.event(Event { detail, ..event });
    }
}
