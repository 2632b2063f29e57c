//! Buckets of Amazon S3, and of what speaks its protocol. Must not know how a profile or a role is read: the SDK does that.

use std::sync::Arc;

use async_trait::async_trait;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use object_store::aws::{AmazonS3Builder, AwsCredential, Checksum, S3ConditionalPut, resolve_bucket_region};
use object_store::{CredentialProvider, Error, ObjectStore, Result};

use crate::patience::Patience;
use crate::{no_retries, reach};

/// Where S3 is, where nobody says a region and the bucket does not either.
const SOMEWHERE: &str = "us-east-1";

/// Credentials as the SDK finds them, and keeps them fresh.
#[derive(Debug)]
struct Sdk(SdkConfig);

#[async_trait]
impl CredentialProvider for Sdk {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> Result<Arc<AwsCredential>> {
        let unknown =
            |source: Box<dyn std::error::Error + Send + Sync>| Error::Unauthenticated { path: String::new(), source };
        let provider = self.0.credentials_provider().ok_or_else(|| unknown("no credentials are looked for".into()))?;
        let found = provider.provide_credentials().await.map_err(|error| match error {
            CredentialsError::CredentialsNotLoaded(_) => {
                unknown("none are set, and no profile, web identity or machine has any".into())
            }
            other => unknown(Box::new(other)),
        })?;
        Ok(Arc::new(AwsCredential {
            key_id: found.access_key_id().to_owned(),
            secret_key: found.secret_access_key().to_owned(),
            token: found.session_token().map(str::to_owned),
        }))
    }
}

/// A bucket. Fails where there are no credentials.
pub(crate) async fn open(bucket: &str, sdk: &SdkConfig, patience: Patience) -> Result<Arc<dyn ObjectStore>> {
    let key = ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
    let elsewhere = key.ok().and_then(|key| sdk.service_config()?.load_config(key));
    let options = reach(elsewhere.as_deref());
    let credentials = Arc::new(Sdk(sdk.clone()));
    credentials.get_credential().await?;
    let own = sdk.region().map_or(SOMEWHERE, |region| region.as_ref());
    // a bucket lies where it lies, wherever the fleet or the job is
    let region = match &elsewhere {
        Some(_) => own.to_owned(),
        None => resolve_bucket_region(bucket, &options).await.unwrap_or_else(|_| own.to_owned()),
    };
    // what else the environment says of S3 holds too, such as a key to encrypt with
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_credentials(credentials)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_checksum_algorithm(Checksum::SHA256) // buckets that lock what they hold ask for one
        .with_virtual_hosted_style_request(elsewhere.is_none() && !bucket.contains('.'))
        .with_client_options(options)
        .with_retry(no_retries())
        .with_http_connector(patience);
    if let Some(endpoint) = elsewhere {
        builder = builder.with_endpoint(endpoint);
    }
    Ok(Arc::new(builder.build()?))
}
