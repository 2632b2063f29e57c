//! Containers of Azure Blob. Must not know how a token is asked for.

use std::sync::Arc;

use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::{Error, ObjectStore, Result};

use crate::patience::Patience;
use crate::{no_retries, reach, words};

/// Settings of the environment that say as whom to call.
const SAID: [AzureConfigKey; 9] = [
    AzureConfigKey::AccessKey,
    AzureConfigKey::ClientSecret,
    AzureConfigKey::FederatedTokenFile,
    AzureConfigKey::SasKey,
    AzureConfigKey::Token,
    AzureConfigKey::CredentialType,
    AzureConfigKey::MsiEndpoint,
    AzureConfigKey::UseAzureCli,
    AzureConfigKey::UseEmulator,
];
/// Where the environment does not say: who signed in, then the machine.
const UNSAID: [&str; 2] = ["azure_cli", "managed_identity"];

/// A container. Fails where there are no credentials.
pub(crate) async fn open(
    container: &str,
    account: &str,
    domain: &str,
    patience: Patience,
) -> Result<Arc<dyn ObjectStore>> {
    let environment = MicrosoftAzureBuilder::from_env();
    let says = |key: AzureConfigKey| environment.get_config_value(&key).filter(|value| value != "false");
    let is_said = SAID.into_iter().any(|key| says(key).is_some());
    let builder = || {
        environment
            .clone()
            .with_account(account)
            .with_container_name(container)
            .with_endpoint(format!("https://{account}.{domain}"))
            .with_client_options(reach(None))
            .with_retry(no_retries())
            .with_http_connector(patience.clone())
    };
    if is_said {
        let store = builder().build()?;
        store.credentials().get_credential().await?;
        return Ok(Arc::new(store));
    }
    let mut said = Vec::new();
    for way in UNSAID {
        let store = builder().with_config(AzureConfigKey::CredentialType, way).build()?;
        match store.credentials().get_credential().await {
            Ok(_) => return Ok(Arc::new(store)),
            Err(error) => said.push(words(&error)),
        }
    }
    // what the first says is nearest to a person
    let said = said.first().map_or("", String::as_str);
    let source = format!("{said}; and this machine has no managed identity").into();
    Err(Error::Unauthenticated { path: String::new(), source })
}
