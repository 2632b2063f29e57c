//! One region's clients, and the manner of every call: cancelled between calls, errors in our words, pages followed.
//! Must not know what is asked for.

use std::future::Future;
use std::time::Duration;

use aws_sdk_cloudformation::config::http::HttpResponse;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use futures::{StreamExt, TryStreamExt};
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError};

use super::config::AwsConfig;
use super::control::CONTROL;
use super::errors::cloud_error;
use super::query::Query;

/// Calls that run side by side in one region.
pub const CONCURRENT: usize = 8;

/// Runs calls, a few at a time, and gives their answers in order.
pub async fn side_by_side<T>(
    calls: Vec<impl Future<Output = Result<T, CloudError>> + Send>,
) -> Result<Vec<T>, CloudError> {
    futures::stream::iter(calls).buffered(CONCURRENT).try_collect().await
}

/// One region of an account.
#[derive(Clone)]
pub struct Region {
    /// Its name.
    pub name: Symbol,
    /// CloudFormation.
    pub formation: aws_sdk_cloudformation::Client,
    /// Auto Scaling.
    pub scaling: aws_sdk_autoscaling::Client,
    /// Cloud Control.
    pub control: Query,
    /// How long to wait.
    pub config: AwsConfig,
    identity: aws_sdk_sts::Client,
    endpoint: String,
}

impl Region {
    /// The clients of a region.
    pub fn new(name: Symbol, sdk: &aws_config::SdkConfig, config: &AwsConfig) -> Self {
        let region = || Some(aws_config::Region::new(name.as_str()));
        let mut formation = aws_sdk_cloudformation::config::Builder::from(sdk);
        let mut scaling = aws_sdk_autoscaling::config::Builder::from(sdk);
        let mut identity = aws_sdk_sts::config::Builder::from(sdk);
        formation.set_region(region());
        scaling.set_region(region());
        identity.set_region(region());
        let endpoint = sdk.endpoint_url().map_or_else(|| format!("AWS in {name}"), str::to_owned);
        Self {
            name,
            formation: aws_sdk_cloudformation::Client::from_conf(formation.build()),
            scaling: aws_sdk_autoscaling::Client::from_conf(scaling.build()),
            control: Query::new(&CONTROL, name, sdk),
            identity: aws_sdk_sts::Client::from_conf(identity.build()),
            config: config.clone(),
            endpoint,
        }
    }

    /// Waits for one call, unless somebody asked to stop.
    pub async fn call<T, E>(
        &self,
        operation: &str,
        cancel: &Cancel,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, CloudError>
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        stop_if(cancel)?;
        call.await.map_err(|error| self.error(operation, error))
    }

    /// A call's error in our words.
    pub fn error<E>(&self, operation: &str, error: SdkError<E, HttpResponse>) -> CloudError
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        cloud_error(operation, &self.endpoint, error)
    }

    /// The account that the credentials belong to.
    pub async fn account(&self, cancel: &Cancel) -> Result<String, CloudError> {
        let answer = self.call("GetCallerIdentity", cancel, self.identity.get_caller_identity().send()).await?;
        Ok(answer.account.unwrap_or_default())
    }

    /// Times between looks, growing.
    pub const fn pace(&self) -> Pace {
        Pace { next: self.config.poll, slowest: self.config.slowest_poll }
    }
}

/// Times between looks, growing by half each time.
pub struct Pace {
    next: Duration,
    slowest: Duration,
}

impl Pace {
    /// Waits, unless somebody asks to stop.
    pub async fn wait(&mut self, cancel: &Cancel) -> Result<(), CloudError> {
        let mut left = self.next;
        while !left.is_zero() {
            stop_if(cancel)?;
            let slice = left.min(Duration::from_millis(200));
            tokio::time::sleep(slice).await;
            left -= slice;
        }
        self.next = (self.next + self.next / 2).min(self.slowest);
        stop_if(cancel)
    }
}

/// An error if somebody asked to stop.
pub fn stop_if(cancel: &Cancel) -> Result<(), CloudError> {
    if cancel.is_cancelled() { Err(CloudError::Cancelled) } else { Ok(()) }
}
