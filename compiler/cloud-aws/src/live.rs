//! The client of CloudFormation, and of Auto Scaling where CloudFormation can't know: whether a group is full. Of
//! Service Quotas, EC2 and CloudWatch only what is asked before apply.
//!
//! A status alone is never believed: after every execution the stack's resources are read back. Must not know what a
//! resource type means; a group is what holds nodes that run.

#[cfg(test)]
mod canned;
mod change_set;
mod config;
mod control;
mod drift;
mod errors;
mod execute;
mod follow;
mod foresee;
mod foreseen;
mod groups;
mod observe;
mod parameters;
mod preflight;
mod query;
mod region;
mod stacks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use tokio::sync::OnceCell;
use tonnage_base::{Clock, Symbol};
use tonnage_cloud::cloud::{
    Cancel, Cloud, CloudError, EventSink, LiveUnit, Observation, ObserveRequest, Opinion, Outcome, Prepared, Sighting,
    Sought, UnitRequest,
};
use tonnage_cloud::{Answer, Question};
use tonnage_plan::model::UnitOperation;

pub use config::AwsConfig;

use region::Region;
use stacks::Seen;

/// One AWS account, in the regions of one `cloud` block.
pub struct AwsCloud {
    config: AwsConfig,
    sdk: aws_config::SdkConfig,
    regions: BTreeMap<Symbol, Region>,
    clock: Clock,
    account: OnceCell<()>,
}

impl AwsCloud {
    /// Finds out where and as whom to call. Reads the environment and the shared configuration files; calls nobody.
    pub async fn new(config: AwsConfig, clock: Clock) -> Self {
        let sdk = config.load().await;
        let regions = config.regions.iter().map(|&name| (name, Region::new(name, &sdk, &config))).collect();
        Self { config, sdk, regions, clock, account: OnceCell::new() }
    }

    fn region(&self, name: Symbol) -> Region {
        self.regions.get(&name).cloned().unwrap_or_else(|| Region::new(name, &self.sdk, &self.config))
    }

    /// Once for this client: are these the credentials of the account that the fleet names?
    async fn check_account(&self, region: &Region, cancel: &Cancel) -> Result<(), CloudError> {
        let Some(expected) = &self.config.account else { return Ok(()) };
        let check = || async {
            let found = region.account(cancel).await?;
            if found == *expected {
                return Ok(());
            }
            Err(CloudError::Denied(format!(
                "the credentials are of account {found}, and the fleet says account {expected}; choose another profile \
                 (AWS_PROFILE) or correct `account` in the cloud block"
            )))
        };
        self.account.get_or_try_init(check).await.map(|_| ())
    }
}

#[async_trait]
impl Cloud for AwsCloud {
    async fn observe(&self, request: &ObserveRequest, cancel: &Cancel) -> Result<Observation, CloudError> {
        let mut observation = Observation::default();
        if let Some(&first) = request.regions.first() {
            self.check_account(&self.region(first), cancel).await?;
        }
        let regions: Vec<Region> = request.regions.iter().map(|&name| self.region(name)).collect();
        let seen = futures::future::try_join_all(regions.iter().map(|region| observe::region(region, request, cancel)))
            .await?;
        for (units, gaps) in seen {
            observation.units.extend(units);
            observation.gaps.extend(gaps);
        }
        Ok(observation)
    }

    async fn find(&self, sought: &[Sought], _cancel: &Cancel) -> Result<Vec<Sighting>, CloudError> {
        // CloudFormation says nothing of what is in no stack, and a client for each service that does is not worth its
        // weight in every build.
        let why = "what is in no stack of the fleet is not read on AWS";
        Ok(sought.iter().map(|_| Sighting::CannotKnow(why.to_owned())).collect())
    }

    async fn preflight(&self, questions: &[Question], cancel: &Cancel) -> Vec<Answer> {
        let asking = preflight::Asking::new((self.clock)(), self.config.preflight_wait, cancel);
        let asked = questions.iter().map(Question::region);
        let regions = asked.chain(self.config.regions.iter().copied());
        let services = |name: Symbol| (name, preflight::Services::new(self.region(name), &self.sdk));
        preflight::answers(&regions.map(services).collect(), questions, asking).await
    }

    async fn foresee(
        &self,
        requests: &[UnitRequest],
        asked: &(dyn Fn(Symbol) + Sync),
        cancel: &Cancel,
    ) -> Result<Vec<Opinion>, CloudError> {
        let now = (self.clock)();
        let regions: BTreeMap<Symbol, Region> =
            requests.iter().map(|request| request.unit.site.region).map(|name| (name, self.region(name))).collect();
        for region in regions.values() {
            self.check_account(region, cancel).await?;
            if let Some(request) = requests.first() {
                foresee::sweep(region, request.fleet, now, cancel).await?;
            }
        }
        let calls = requests.iter().filter_map(|request| {
            let region = regions.get(&request.unit.site.region)?;
            Some(async move {
                let opinion = foresee::unit(region, request, now, cancel).await;
                asked(request.unit.name);
                opinion
            })
        });
        region::side_by_side(calls.collect()).await
    }

    async fn prepare(&self, request: &UnitRequest, cancel: &Cancel) -> Result<Prepared, CloudError> {
        let region = self.region(request.unit.site.region);
        self.check_account(&region, cancel).await?;
        if let Some(ahead) = &request.ahead {
            return change_set::prepare_ahead(&region, request, ahead, cancel).await;
        }
        match request.unit.operation {
            UnitOperation::Keep => Ok(Prepared { handle: String::new(), nothing_to_do: true, changes: Vec::new() }),
            UnitOperation::Delete => change_set::prepare_delete(&region, request, cancel).await,
            UnitOperation::Create | UnitOperation::Update => change_set::prepare(&region, request, cancel).await,
        }
    }

    async fn execute(
        &self,
        request: &UnitRequest,
        prepared: &Prepared,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Outcome, CloudError> {
        let region = self.region(request.unit.site.region);
        if request.ahead.is_some() {
            return execute::change_set(&region, request, prepared, events, cancel).await;
        }
        match request.unit.operation {
            UnitOperation::Keep => Ok(Outcome::Filled),
            UnitOperation::Delete => execute::delete(&region, request, prepared, events, cancel).await,
            UnitOperation::Create | UnitOperation::Update => {
                execute::change_set(&region, request, prepared, events, cancel).await
            }
        }
    }

    async fn report(&self, mut unit: LiveUnit, cancel: &Cancel) -> LiveUnit {
        let region = self.region(unit.region);
        // what is not known is not recorded
        let _gaps = control::look(&region, std::slice::from_mut(&mut unit), cancel).await;
        unit
    }

    async fn account(&self, cancel: &Cancel) -> Result<Option<Symbol>, CloudError> {
        let Some(&first) = self.config.regions.first() else { return Ok(None) };
        let account = self.region(first).account(cancel).await?;
        Ok(Some(Symbol::new(&account)).filter(|_| !account.is_empty()))
    }

    async fn read_back(&self, region: Symbol, unit: Symbol, cancel: &Cancel) -> Result<Option<LiveUnit>, CloudError> {
        let region = self.region(region);
        // in another account it would look as if it were gone
        self.check_account(&region, cancel).await?;
        let Some(stack) = region.describe_stack(unit.as_str(), cancel).await? else { return Ok(None) };
        match region.read(&stack, None, cancel).await? {
            Seen::Ours(mut seen) => {
                let mut gaps = Vec::new();
                groups::count(&region, std::slice::from_mut(&mut seen.unit), &mut gaps, cancel).await?;
                Ok(Some(seen.unit))
            }
            Seen::Others => Err(CloudError::Corrupt {
                place: format!("stack {unit}"),
                reason: "it was not made by Tonnage, or its template has lost its metadata".into(),
            }),
            Seen::Unreadable(reason) => Err(CloudError::Corrupt { place: format!("stack {unit}"), reason }),
        }
    }
}
