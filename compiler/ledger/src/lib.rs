//! History of a fleet over an object store: records of applied plans, the lock, the journal of an apply under way.
//!
//! Must not know: plans, clouds, the clock, who the user is. Who and when come in as parameters. It is not the truth:
//! the clouds are. Losing the ledger loses history, nothing else.

pub mod address;
mod answer;
pub mod burn;
pub mod error;
pub mod journal;
pub mod ledger;
pub mod lock;
mod once;
pub mod record;
pub mod reported;
mod wire;

pub use address::{Address, Bucket, Service};
pub use burn::{Alike, Burn, Drawing, Drawn, Payer, Sums};
pub use error::LedgerError;
pub use journal::{Entry, Journal, UnitKey, What};
pub use ledger::{Damage, Ledger};
pub use lock::{Lock, LockInfo, LockRequest};
pub use record::{Granted, History, MemberRecord, Protected, Record, RecordOutcome, Stand, UnitRecord, UnitResult};
pub use reported::Reported;
