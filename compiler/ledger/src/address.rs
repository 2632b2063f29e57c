//! The address of a ledger: a folder, or a bucket of an object store with what its names begin with. Must not open
//! anything.
//!
//! It says a place and nothing else: two jobs on two machines that read the same file mean the same ledger, and no
//! credentials stand in a file.

use std::fmt;
use std::path::PathBuf;

use object_store::path::Path;

use crate::error::LedgerError;

/// Where a ledger lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A folder, as it was written.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Bucket),
}

/// A bucket, and the part of it that is the ledger's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Whose it is.
    pub service: Service,
    /// The bucket; on Azure the container.
    pub name: String,
    /// What the names of all objects begin with; empty: the whole bucket is the ledger's.
    pub prefix: Path,
}

/// An object store that creates an object only where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// Amazon S3, and what speaks its protocol.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob.
    Azure {
        /// The storage account.
        account: String,
        /// What comes after the account in the name of its host: `blob.core.windows.net`.
        domain: String,
    },
}

/// What an address may begin with.
const SCHEMES: [&str; 5] = ["file", "s3", "gs", "az", "https"];
/// Azure's public cloud.
const AZURE: &str = "blob.core.windows.net";

impl Address {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let refuse = |reason: &str| LedgerError::Address { address: text.to_owned(), reason: reason.to_owned() };
        let Some((scheme, rest)) = text.split_once("://") else {
            let scheme = text.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| SCHEMES.contains(scheme));
            return match (scheme, text.trim()) {
                (Some(scheme), _) => Err(refuse(&format!("two slashes come after `{scheme}:`"))),
                (None, "") => Err(refuse("it is empty")),
                (None, _) => Ok(Self::Folder(PathBuf::from(text))),
            };
        };
        if scheme == "file" {
            let path = rest.strip_prefix("localhost").unwrap_or(rest);
            return match path.starts_with('/') {
                true => Ok(Self::Folder(PathBuf::from(path))),
                false => Err(refuse("a `file:` address has three slashes and an absolute path: `file:///srv/ledger`")),
            };
        }
        let host = rest.split('/').next().unwrap_or_default();
        if host.contains(['@', ':']) || rest.contains(['?', '#']) {
            return Err(LedgerError::MoreThanAPlace);
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let inside = |path: &'_ str| path.split_once('/').map_or_else(|| (path.to_owned(), String::new()), owned);
        let (service, (name, prefix)) = match (scheme, host.split_once('.')) {
            ("s3", _) => (Service::S3, owned((host, path))),
            ("gs", _) => (Service::Google, owned((host, path))),
            ("az", _) => (Service::Azure { account: host.to_owned(), domain: AZURE.to_owned() }, inside(path)),
            ("https", Some((account, domain))) if domain.starts_with("blob.") => {
                (Service::Azure { account: account.to_owned(), domain: domain.to_owned() }, inside(path))
            }
            ("https", _) => return Err(refuse("an `https:` address is that of a container of Azure Blob")),
            _ => return Err(refuse(&format!("`{scheme}:` is not supported"))),
        };
        if let Some(wrong) = service.misnamed(&name) {
            return Err(refuse(&wrong));
        }
        let odd = "what comes after the bucket has an empty or odd part";
        let prefix = Path::parse(&prefix).ok().filter(|_| !prefix.starts_with('/')).ok_or_else(|| refuse(odd))?;
        Ok(Self::Bucket(Bucket { service, name, prefix }))
    }
}

fn owned((one, other): (&str, &str)) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

impl Service {
    /// What is wrong with a name that no bucket has, before anybody is asked.
    fn misnamed(&self, bucket: &str) -> Option<String> {
        let wrong = |what: &str, name: &str, longest: usize, others: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || others.contains(c);
            (!(3..=longest).contains(&name.len()) || !name.chars().all(fits)).then(|| match name {
                "" => format!("it names no {what}"),
                _ => format!("`{name}` is not the name of a {what}"),
            })
        };
        match self {
            Self::S3 => wrong("bucket", bucket, 63, ".-"),
            Self::Google => wrong("bucket", bucket, 222, "._-"),
            Self::Azure { account, .. } => {
                wrong("storage account", account, 24, "").or_else(|| wrong("container", bucket, 63, "-"))
            }
        }
    }

    /// Where credentials are looked for.
    pub const fn credentials(&self) -> &'static str {
        match self {
            Self::S3 => {
                "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`; a role of the \
                 machine or of the job (web identity) is taken too"
            }
            Self::Google => {
                "set GOOGLE_APPLICATION_CREDENTIALS to a file of credentials (also one of workload identity federation), or sign \
                 in with `gcloud auth application-default login`; the service account of the machine is taken too"
            }
            Self::Azure { .. } => {
                "sign in with `az login`, or set AZURE_CLIENT_ID and AZURE_TENANT_ID with AZURE_CLIENT_SECRET or \
                 AZURE_FEDERATED_TOKEN_FILE; a managed identity of the machine is taken too"
            }
        }
    }

    /// What somebody must be allowed who plans and applies.
    pub const fn permissions(&self) -> &'static str {
        match self {
            Self::S3 => {
                "`plan` needs s3:ListBucket on the bucket and s3:GetObject on what is in it, `apply` also s3:PutObject and \
                 s3:DeleteObject, and all of them the bucket's key where it has one of KMS"
            }
            Self::Google => "`plan` needs the role Storage Object Viewer on the bucket, `apply` Storage Object User",
            Self::Azure { .. } => {
                "`plan` needs the role Storage Blob Data Reader on the container, `apply` Storage Blob Data Contributor; owning \
                 the account is not enough"
            }
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            Service::S3 => write!(f, "s3://{}", self.name)?,
            Service::Google => write!(f, "gs://{}", self.name)?,
            Service::Azure { account, domain } if domain == AZURE => write!(f, "az://{account}/{}", self.name)?,
            Service::Azure { account, domain } => write!(f, "https://{account}.{domain}/{}", self.name)?,
        }
        match self.prefix.as_ref() {
            "" => Ok(()),
            prefix => write!(f, "/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests;
