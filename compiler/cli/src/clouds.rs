//! Which client stands for a cloud: the embedded one, or AWS; and for the ledger's bucket. The only place where SDK
//! clients are made.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::OnceCell;
use tonnage_base::{At, Symbol, clock::Clock};
use tonnage_cloud::{Cloud, CloudError, embedded::EmbeddedCloud};
use tonnage_cloud_aws::{AwsCloud, AwsConfig};
use tonnage_driver::{Connector, compile, plan::Declared};
use tonnage_ledger::{Bucket, Ledger, LedgerError};

use crate::progress::aside;

/// Makes clients for a run.
pub struct Clients {
    /// The embedded cloud's folder, where everything is put on it.
    pub embedded: Option<PathBuf>,
    /// For evidence.
    pub clock: Clock,
    /// How long to wait for groups to fill; none: the cloud's default.
    pub fill_wait: Option<Duration>,
    /// The ledger's bucket, once it was opened: a plan may be made more than once.
    pub ledger: OnceCell<Ledger>,
}

#[async_trait]
impl Connector for Clients {
    async fn connect(&self, cloud: &Declared) -> Result<Arc<dyn Cloud>, CloudError> {
        if let Some(folder) = &self.embedded {
            let facts = compile::facts().map_err(CloudError::own)?;
            let opened = EmbeddedCloud::open(folder, cloud.name.value, facts, Arc::clone(&self.clock))?;
            return Ok(Arc::new(opened));
        }
        if cloud.kind == "aws" {
            let mut config = AwsConfig::new(cloud.regions.iter().map(|r| r.value).collect());
            config.endpoint = cloud.endpoint.as_ref().map(|e| e.value.as_str().to_owned());
            let text = |at: &Option<At<Symbol>>| at.as_ref().map(|at| at.value.as_str().to_owned());
            config.profile = text(&cloud.credentials.profile);
            config.role = text(&cloud.credentials.role);
            config.external_id = text(&cloud.credentials.external_id);
            config.account = cloud.account.as_ref().map(|a| a.value.as_str().to_owned());
            if let Some(wait) = self.fill_wait {
                config.fill_wait = wait;
            }
            return Ok(Arc::new(AwsCloud::new(config, Arc::clone(&self.clock)).await));
        }
        Err(CloudError::Refused {
            operation: format!("connecting to {}", cloud.kind),
            reason: "this version plans for Azure and Google Cloud and applies to them on the embedded cloud only"
                .to_owned(),
        })
    }

    async fn ledger(&self, bucket: &Bucket) -> Result<Ledger, LedgerError> {
        // no cloud's: a ledger is read with the credentials of whoever plans
        let aws = async { AwsConfig::new(Vec::new()).load().await };
        self.ledger.get_or_try_init(|| tonnage_bucket::open(bucket, aws, Arc::new(aside))).await.cloned()
    }
}
