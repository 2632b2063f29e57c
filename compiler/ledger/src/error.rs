//! What can go wrong with a ledger, and how it is told. Must not know how diagnostics are shown.

use tonnage_base::codes::ledger as codes;
use tonnage_base::{Diagnostic, Severity, Timestamp};

use crate::address::Bucket;
use crate::lock::LockInfo;

/// What can go wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "fields are said by their variant's words")]
pub enum LedgerError {
    /// The address names no place a ledger can be kept in.
    #[error("`{address}` is not the address of a ledger: {reason}")]
    Address { address: String, reason: String },
    /// The address has something before an `@` or after a `?`, which may be a secret.
    #[error("the address of the ledger says more than a place")]
    MoreThanAPlace,
    /// The bucket is not there.
    #[error("there is no bucket {0}")]
    NoBucket(Box<Bucket>),
    /// Nobody says who we are.
    #[error("there are no credentials for {bucket}: {reason}")]
    NoCredentials { bucket: Box<Bucket>, reason: String },
    /// The bucket is not for us.
    #[error("{bucket}: {operation}: {reason}")]
    Refused { bucket: Box<Bucket>, operation: String, reason: String },
    /// Somebody else holds the lock.
    #[error("the ledger is locked by {}", .0.owner)]
    Locked(Box<LockInfo>),
    /// The lock was ours and is not any more.
    #[error("the lock {id} was lost{}", by.as_deref().map_or_else(String::new, |b| format!(" to {}", b.owner)))]
    LockLost {
        /// Our lock.
        id: String,
        /// Who holds it now.
        by: Option<Box<LockInfo>>,
    },
    /// The lock to be removed is not the one that is held.
    #[error("no lock {id} is held")]
    NoSuchLock {
        /// The id asked for.
        id: String,
        /// The lock that is held.
        held: Option<Box<LockInfo>>,
    },
    /// An object can't be read.
    #[error("{place} is damaged: {reason}")]
    Damaged { place: String, reason: String },
    /// An object was written by a later version of the tool.
    #[error("{place} is of version {version}")]
    Newer { place: String, version: u64 },
    /// Somebody else wrote the record of this serial.
    #[error("record {serial} is there already")]
    SerialTaken { serial: u64 },
    /// The store does not do what it is asked.
    #[error("{operation}: {reason}")]
    Store { operation: String, reason: String },
}

impl LedgerError {
    /// As a diagnostic. `now` dates a lock: how long it has been held.
    pub fn diagnostic(&self, now: Timestamp) -> Diagnostic {
        let error = |code, text: String| Diagnostic::new(Severity::Error, code, text);
        match self {
            Self::Address { .. } => error(codes::T0801, self.to_string()).with_help(
                "write a folder (`.tonnage/ledger`, `/srv/ledgers/training`), or a bucket: `s3://BUCKET/PREFIX`, \
                 `gs://BUCKET/PREFIX`, `az://ACCOUNT/CONTAINER/PREFIX`",
            ),
            Self::MoreThanAPlace => {
                error(codes::T0801, format!("{self}: what stands before `@` or after `?` may be a secret, and is not shown"))
                    .with_help("write the place alone; credentials are taken from the environment")
            }
            Self::NoBucket(bucket) => error(codes::T0809, format!("the ledger's bucket is not there: {bucket}"))
                .with_help("make it (without a rule that deletes what is old), or correct `ledger` in the `fleet` block"),
            Self::NoCredentials { bucket, .. } => {
                error(codes::T0810, self.to_string()).with_help(bucket.service.credentials())
            }
            Self::Refused { bucket, .. } => {
                error(codes::T0811, format!("the ledger is refused: {self}")).with_help(bucket.service.permissions())
            }
            Self::Locked(lock) => {
                error(codes::T0802, format!("the ledger is locked by {} for {}", lock.owner, lock.purpose)).with_help(
                    match lock.expires {
                        Some(expires) => format!(
                            "lock {}, held {}, expires {}: wait for it, or, when its owner is gone, run `tonnage unlock {}`",
                            lock.id,
                            since(lock.created, now),
                            stamp(expires),
                            lock.id
                        ),
                        None => format!(
                            "lock {} can't be read, so it does not expire; when nobody applies, run `tonnage unlock {}`",
                            lock.id, lock.id
                        ),
                    },
                )
            }
            Self::LockLost { id, by } => error(
                codes::T0803,
                match by {
                    Some(by) => format!("lock {id} expired or was removed, and {} took it for {}", by.owner, by.purpose),
                    None => format!("lock {id} was removed while it was in use"),
                },
            )
            .with_help("nothing more was started; make a new plan once the other one is done"),
            Self::NoSuchLock { id, held } => {
                let told = error(codes::T0804, format!("there is no lock {id}"));
                match held {
                    Some(held) => told.with_help(format!("the lock that is held is {}, by {}", held.id, held.owner)),
                    None => told.with_help("the ledger is not locked: nothing needs to be done"),
                }
            }
            Self::Damaged { place, reason } => error(codes::T0805, format!("{place} can't be read: {reason}")).with_help(
                "restore it from a copy, or move it away: the ledger is history only, the clouds know what is there",
            ),
            Self::Newer { place, version } => {
                error(codes::T0806, format!("{place} was written by a later tonnage (version {version} of the format)"))
                    .with_help("use that version, or a later one")
            }
            Self::SerialTaken { serial } => {
                error(codes::T0807, format!("record {serial} was written by somebody else during this apply"))
                    .with_help("what was applied is applied; run plan again to see where things are")
            }
            Self::Store { operation, reason } => error(codes::T0808, format!("the ledger: {operation}: {reason}"))
                .with_help("check that the ledger's address is reachable and that you may write to it"),
        }
    }
}

/// `4m` since then, in the largest unit that fits.
fn since(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second()).max(0);
    match seconds {
        0..60 => format!("for {seconds}s"),
        60..3_600 => format!("for {}m", seconds / 60),
        3_600..172_800 => format!("for {}h", seconds / 3_600),
        _ => format!("for {}d", seconds / 86_400),
    }
}

/// A timestamp to the second.
fn stamp(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}
