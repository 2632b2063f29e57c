//! Buckets of Google Cloud Storage. Must not know how credentials are exchanged: Google's own crate does that, workload
//! identity federation included, which is what jobs on hosted runners have.

use std::sync::Arc;

use async_trait::async_trait;
use google_cloud_auth::credentials::{AccessTokenCredentials, Builder};
use object_store::gcp::{GcpCredential, GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{CredentialProvider, Error, ObjectStore};
use tonnage_ledger::LedgerError;

use crate::{Opening, no_retries, reach, words};

/// Reading and writing objects.
const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_write";

/// Application default credentials, kept fresh.
#[derive(Debug)]
struct Default(AccessTokenCredentials);

#[async_trait]
impl CredentialProvider for Default {
    type Credential = GcpCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<GcpCredential>> {
        let token = self.0.access_token().await.map_err(unknown)?;
        Ok(Arc::new(GcpCredential { bearer: token.token }))
    }
}

fn unknown(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let error = Error::Unauthenticated { path: String::new(), source: Box::new(error) };
    // who has set nothing is sent to the machine, and need not read which of its names is not known
    if words(&error).contains("metadata.google.internal") {
        let source = "none are set, nobody is signed in with `gcloud`, and this machine has none".into();
        return Error::Unauthenticated { path: String::new(), source };
    }
    error
}

/// A bucket. Fails where there are no credentials.
pub(crate) async fn open(opening: &Opening<'_>) -> Result<Arc<dyn ObjectStore>, LedgerError> {
    let environment = GoogleCloudStorageBuilder::from_env();
    let says = |key: GoogleConfigKey| environment.get_config_value(&key);
    let options = reach(says(GoogleConfigKey::BaseUrl).as_deref());
    let is_said = says(GoogleConfigKey::ServiceAccount).or(says(GoogleConfigKey::ServiceAccountKey)).is_some();
    let mut builder = environment.with_bucket_name(&opening.bucket.name).with_client_options(options);
    if !is_said {
        let found = async {
            let found = Builder::default().with_scopes([SCOPE]).build_access_token_credentials().map_err(unknown)?;
            let credentials = Arc::new(Default(found));
            credentials.get_credential().await?;
            Ok(credentials)
        };
        builder = builder.with_credentials(opening.credentials(found).await?);
    }
    let store = builder.with_retry(no_retries()).with_http_connector(opening.patience.clone()).build();
    let store = store.map_err(|error| opening.fault(&error))?;
    Ok(Arc::new(store))
}
