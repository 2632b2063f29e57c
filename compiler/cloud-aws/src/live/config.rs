//! Where and as whom to call. Must not call.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region};
use aws_smithy_http_client::tls;
use tonnage_base::Symbol;

/// Attempts of one call before it counts as failed, with growing pauses: about ten seconds in all. Whoever waits for
/// the end of an operation looks again after that.
pub const ATTEMPTS: u32 = 6;

/// A connection that takes longer is not going to be one.
const CONNECTS_IN: Duration = Duration::from_secs(5);
/// The longest wait for one answer. The slowest call, a template of 50 kB described, takes a few seconds.
const ANSWERS_IN: Duration = Duration::from_secs(20);
/// The longest wait for a call in all its attempts: somebody is waiting for a plan.
const GIVES_UP_IN: Duration = Duration::from_secs(45);

/// How to reach an account.
#[derive(Clone, Debug)]
pub struct AwsConfig {
    /// The regions of the `cloud` block; none: that of environment and shared configuration.
    pub regions: Vec<Symbol>,
    /// Instead of the service's own endpoints; none: `AWS_ENDPOINT_URL` and the shared configuration decide.
    pub endpoint: Option<String>,
    /// A profile of the shared configuration; none: `AWS_PROFILE`, or the default.
    pub profile: Option<String>,
    /// A role to assume with them.
    pub role: Option<String>,
    /// What the role's owner asks for.
    pub external_id: Option<String>,
    /// The account that the credentials must belong to; none: any.
    pub account: Option<String>,
    /// How long to wait for groups to fill; zero: look once.
    pub fill_wait: Duration,
    /// How long to wait for one stack's drift to be found out.
    pub drift_wait: Duration,
    /// How long to wait for what is asked before apply: what is not answered by then can't be known.
    pub preflight_wait: Duration,
    /// How long to wait before looking again, at first; grows to [`AwsConfig::slowest_poll`].
    pub poll: Duration,
    /// The longest time between two looks.
    pub slowest_poll: Duration,
}

impl AwsConfig {
    /// The account that the environment leads to.
    pub const fn new(regions: Vec<Symbol>) -> Self {
        Self {
            regions,
            endpoint: None,
            profile: None,
            role: None,
            external_id: None,
            account: None,
            fill_wait: Duration::from_secs(15 * 60),
            drift_wait: Duration::from_secs(3 * 60),
            preflight_wait: Duration::from_secs(20),
            poll: Duration::from_millis(500),
            slowest_poll: Duration::from_secs(10),
        }
    }

    /// Reads environment and shared configuration, and takes on the role.
    pub async fn load(&self) -> aws_config::SdkConfig {
        let own = self.loader().load().await;
        let Some(role) = &self.role else { return own };
        let mut assumed = AssumeRoleProvider::builder(role).session_name("tonnage").configure(&own);
        if let Some(id) = &self.external_id {
            assumed = assumed.external_id(id);
        }
        self.loader().credentials_provider(assumed.build().await).load().await
    }

    /// TLS by rustls on ring.
    fn loader(&self) -> ConfigLoader {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_https();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(400))
            .with_max_backoff(Duration::from_secs(10));
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECTS_IN)
            .operation_attempt_timeout(ANSWERS_IN)
            .operation_timeout(GIVES_UP_IN)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .retry_config(retries)
            .timeout_config(timeouts);
        // Without a region the credentials chain asks the instance it believes to run on.
        let region = self.regions.first().map(|region| Region::new(region.as_str()));
        let region = RegionProviderChain::first_try(region)
            .or_else(EnvironmentVariableRegionProvider::new())
            .or_else(ProfileFileRegionProvider::new());
        loader = loader.region(region);
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        loader
    }
}
