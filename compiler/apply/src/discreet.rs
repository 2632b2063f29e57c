//! A cloud that keeps to itself what must not be told: services say back the values that they were given, and their
//! words go into journal, record and whatever shows them. Must not know which parameter is whose.

use std::sync::Arc;

use async_trait::async_trait;
use tonnage_base::Symbol;
use tonnage_cloud::{
    Answer, Cancel, Cloud, CloudError, Event, EventSink, Outcome, Question,
    cloud::{
        Failure, LiveUnit, Observation, ObserveRequest, Opinion, Prepared, Shortfall, Sighting, Sought, UnitRequest,
    },
};

use crate::options::Secrets;

/// A cloud in whose words no secret of this apply stands.
pub(crate) struct Discreet {
    cloud: Arc<dyn Cloud>,
    secrets: Secrets,
}

impl Discreet {
    pub fn new(cloud: Arc<dyn Cloud>, secrets: &Secrets) -> Self {
        Self { cloud, secrets: secrets.clone() }
    }

    fn error(&self, error: CloudError) -> CloudError {
        let words = |text: String| self.secrets.hidden_in(text);
        match error {
            CloudError::Unreachable { endpoint, reason } => CloudError::Unreachable { endpoint, reason: words(reason) },
            CloudError::Denied(reason) => CloudError::Denied(words(reason)),
            CloudError::State { unit, state, reason } => CloudError::State { unit, state, reason: words(reason) },
            CloudError::Refused { operation, reason } => CloudError::Refused { operation, reason: words(reason) },
            CloudError::Corrupt { place, reason } => CloudError::Corrupt { place, reason: words(reason) },
            error @ (CloudError::Throttled { .. } | CloudError::Stale { .. } | CloudError::Cancelled) => error,
        }
    }

    fn outcome(&self, outcome: Outcome) -> Outcome {
        let words = |text: String| self.secrets.hidden_in(text);
        let failure = |of: Failure| Failure { reason: words(of.reason), ..of };
        let short = |of: Shortfall| Shortfall { reason: words(of.reason), ..of };
        match outcome {
            Outcome::Failed { failures, kept } => {
                Outcome::Failed { failures: failures.into_iter().map(failure).collect(), kept }
            }
            Outcome::Short(groups) => Outcome::Short(groups.into_iter().map(short).collect()),
            outcome @ (Outcome::Filled | Outcome::NotThere(_)) => outcome,
        }
    }
}

/// The same of what is told on the way.
struct Told<'a> {
    events: &'a dyn EventSink,
    secrets: &'a Secrets,
}

impl EventSink for Told<'_> {
    fn event(&self, event: Event) {
        let detail = self.secrets.hidden_in(event.detail);
        self.events.event(Event { detail, ..event });
    }
}

#[async_trait]
impl Cloud for Discreet {
    async fn observe(&self, request: &ObserveRequest, cancel: &Cancel) -> Result<Observation, CloudError> {
        self.cloud.observe(request, cancel).await.map_err(|error| self.error(error))
    }

    async fn find(&self, sought: &[Sought], cancel: &Cancel) -> Result<Vec<Sighting>, CloudError> {
        self.cloud.find(sought, cancel).await.map_err(|error| self.error(error))
    }

    async fn preflight(&self, questions: &[Question], cancel: &Cancel) -> Vec<Answer> {
        self.cloud.preflight(questions, cancel).await
    }

    async fn foresee(
        &self,
        requests: &[UnitRequest],
        asked: &(dyn Fn(Symbol) + Sync),
        cancel: &Cancel,
    ) -> Result<Vec<Opinion>, CloudError> {
        self.cloud.foresee(requests, asked, cancel).await.map_err(|error| self.error(error))
    }

    async fn prepare(&self, request: &UnitRequest, cancel: &Cancel) -> Result<Prepared, CloudError> {
        self.cloud.prepare(request, cancel).await.map_err(|error| self.error(error))
    }

    async fn execute(
        &self,
        request: &UnitRequest,
        prepared: &Prepared,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Outcome, CloudError> {
        let told = Told { events, secrets: &self.secrets };
        let outcome = self.cloud.execute(request, prepared, &told, cancel).await;
        outcome.map(|outcome| self.outcome(outcome)).map_err(|error| self.error(error))
    }

    async fn report(&self, unit: LiveUnit, cancel: &Cancel) -> LiveUnit {
        self.cloud.report(unit, cancel).await
    }

    async fn account(&self, cancel: &Cancel) -> Result<Option<Symbol>, CloudError> {
        self.cloud.account(cancel).await.map_err(|error| self.error(error))
    }

    async fn read_back(&self, region: Symbol, unit: Symbol, cancel: &Cancel) -> Result<Option<LiveUnit>, CloudError> {
        self.cloud.read_back(region, unit, cancel).await.map_err(|error| self.error(error))
    }
}
