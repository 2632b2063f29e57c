//! Containers of Azure Blob. Must not know how a token is asked for.

use std::sync::Arc;

use object_store::azure::{AzureConfigKey, MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::{Error, ObjectStore};
use tonnage_ledger::LedgerError;

use crate::{Opening, no_retries, reach, words};

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
    opening: &Opening<'_>,
    account: &str,
    domain: &str,
) -> Result<Arc<dyn ObjectStore>, LedgerError> {
    let environment = MicrosoftAzureBuilder::from_env();
    let says = |key: AzureConfigKey| environment.get_config_value(&key).filter(|value| value != "false");
    let is_said = SAID.into_iter().any(|key| says(key).is_some());
    let builder = environment
        .with_account(account)
        .with_container_name(&opening.bucket.name)
        .with_endpoint(format!("https://{account}.{domain}"))
        .with_client_options(reach(None))
        .with_retry(no_retries())
        .with_http_connector(opening.patience.clone());
    let found = async {
        if is_said {
            return with_credentials(builder).await;
        }
        let [cli, machine] =
            UNSAID.map(|way| with_credentials(builder.clone().with_config(AzureConfigKey::CredentialType, way)));
        let said = match cli.await {
            Ok(store) => return Ok(store),
            Err(error) => words(&error),
        };
        machine.await.map_err(|_| Error::Unauthenticated {
            path: String::new(),
            source: format!("{said}; and this machine has no managed identity").into(),
        })
    };
    Ok(Arc::new(opening.credentials(found).await?))
}

async fn with_credentials(builder: MicrosoftAzureBuilder) -> object_store::Result<MicrosoftAzure> {
    let store = builder.build()?;
    store.credentials().get_credential().await?;
    Ok(store)
}
