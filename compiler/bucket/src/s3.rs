//! Buckets of Amazon S3, and of what speaks its protocol. Must not know how a profile or a role is read: the SDK does
//! that.

use std::sync::Arc;

use async_trait::async_trait;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use object_store::aws::{AmazonS3Builder, AwsCredential, Checksum, S3ConditionalPut};
use object_store::client::{HttpClient, HttpConnector as _, HttpRequest, HttpRequestBody};
use object_store::{CredentialProvider, Error, ObjectStore};
use tonnage_ledger::LedgerError;

use crate::{Opening, no_retries, reach};

/// Credentials as the SDK finds them, and keeps them fresh.
#[derive(Debug)]
struct Sdk(SdkConfig);

#[async_trait]
impl CredentialProvider for Sdk {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
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

/// Where a bucket says it lies; it says so to everybody.
async fn region(address: &str, client: &HttpClient) -> object_store::Result<Option<String>> {
    let unasked = |source: Box<dyn std::error::Error + Send + Sync>| Error::Generic { store: "S3", source };
    let mut request = HttpRequest::new(HttpRequestBody::empty());
    *request.method_mut() = "HEAD".parse().map_err(|error| unasked(Box::new(error)))?;
    *request.uri_mut() = address.parse().map_err(|error| unasked(Box::new(error)))?;
    let answer = client.execute(request).await.map_err(|error| unasked(Box::new(error)))?;
    let said = answer.headers().get("x-amz-bucket-region").and_then(|region| region.to_str().ok());
    Ok(said.map(str::to_owned))
}

/// A bucket. Fails where there are no credentials, or nobody answers.
pub(crate) async fn open(opening: &Opening<'_>, sdk: &SdkConfig) -> Result<Arc<dyn ObjectStore>, LedgerError> {
    let bucket = opening.bucket.name.as_str();
    let credentials = Arc::new(Sdk(sdk.clone()));
    opening.credentials(credentials.get_credential()).await?;
    let key = ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
    let elsewhere = key.ok().and_then(|key| sdk.service_config()?.load_config(key));
    let options = reach(elsewhere.as_deref());
    let own = sdk.region().map(AsRef::as_ref);
    let near = own.map_or_else(String::new, |region: &str| format!("{region}."));
    let at = elsewhere.clone().unwrap_or_else(|| format!("https://s3.{near}amazonaws.com"));
    // a bucket lies where it lies, wherever the fleet or the job is
    let region = async { region(&format!("{at}/{bucket}"), &opening.patience.connect(&options)?).await };
    let region = region.await.map_err(|error| opening.fault(&error))?.or_else(|| own.map(str::to_owned));
    // what else the environment says of S3 holds too, such as a key to encrypt with
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_virtual_hosted_style_request(elsewhere.is_none() && !bucket.contains('.'))
        .with_credentials(credentials)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_checksum_algorithm(Checksum::SHA256) // buckets that lock what they hold ask for one
        .with_client_options(options)
        .with_retry(no_retries())
        .with_http_connector(opening.patience.clone());
    if let Some(region) = region {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = elsewhere {
        builder = builder.with_endpoint(endpoint);
    }
    Ok(Arc::new(builder.build().map_err(|error| opening.fault(&error))?))
}
