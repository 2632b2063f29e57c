//! The store of a ledger that lies in a bucket of S3, Google Cloud Storage or Azure Blob: who asks, how long an answer
//! is waited for. Only the command line uses it, for what it is made of is heavy.
//!
//! Must not know what a ledger has in it. Credentials are looked for where each service's own tools look for them,
//! before anything is asked: who has none is told so, and not by a refusal.

mod azure;
mod google;
mod patience;
mod s3;

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use aws_types::SdkConfig;
use object_store::{ClientOptions, RetryConfig};
use tonnage_ledger::{Bucket, Ledger, LedgerError, Service};

use patience::Patience;

/// Where a person is told that something takes long.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// The longest wait for credentials: somebody is waiting for a plan.
const OPENS_IN: Duration = Duration::from_secs(30);

/// Opens the ledger in a bucket. `aws` finds out as whom to call AWS, and is waited for only where that is called.
pub async fn open(bucket: &Bucket, aws: impl Future<Output = SdkConfig>, say: Say) -> Result<Ledger, LedgerError> {
    let opening = Opening { bucket, patience: Patience::new(Arc::clone(&say)), say };
    let store = match &bucket.service {
        Service::S3 => s3::open(&opening, &aws.await).await,
        Service::Google => google::open(&opening).await,
        Service::Azure { account, domain } => azure::open(&opening, account, domain).await,
    };
    let writer = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
    Ok(Ledger::in_bucket(bucket.clone(), store?, writer))
}

/// A bucket that is being opened.
struct Opening<'b> {
    bucket: &'b Bucket,
    patience: Patience,
    say: Say,
}

impl Opening<'_> {
    /// Waits for credentials.
    async fn credentials<T>(&self, found: impl Future<Output = object_store::Result<T>>) -> Result<T, LedgerError> {
        let (bucket, most) = (self.bucket, OPENS_IN.as_secs());
        let late =
            || (self.say)(&format!("credentials for {bucket} are not there yet; they are waited for up to {most} s"));
        let reason = match tokio::time::timeout(OPENS_IN, patience::aloud(found, patience::TELLS_IN, late)).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) => words(&error),
            Err(_) => format!("whoever gives them did not within {most} s"),
        };
        Err(LedgerError::NoCredentials { bucket: Box::new(bucket.clone()), reason })
    }

    /// Something else went wrong.
    fn fault(&self, error: &object_store::Error) -> LedgerError {
        LedgerError::Store { operation: format!("opening {}", self.bucket), reason: words(error) }
    }
}

/// How to reach a service; http only where somebody wrote it out.
fn reach(endpoint: Option<&str>) -> ClientOptions {
    let options = ClientOptions::new()
        .with_connect_timeout(patience::CONNECTS_IN)
        .with_read_timeout(patience::ANSWERS_IN)
        .with_timeout_disabled();
    options.with_allow_http(endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")))
}

/// Whoever is patient asks again; the client's own tries would come on top of that.
fn no_retries() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

/// The chain of causes on one line, each said once; of no answer, whose that was.
fn words(error: &object_store::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return error.to_string();
        }
        let text = error.to_string().replace('\n', " ");
        if !words.iter().any(|known| known.contains(&text)) {
            words.push(text);
        }
        cause = error.source();
    }
    if words.is_empty() { error.to_string() } else { words.join(": ") }
}
