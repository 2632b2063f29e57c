//! The lock: one applier at a time. Must not know what is applied, nor read the clock: `now` comes in.
//!
//! The lock is a sequence of objects `lock/N.json`, of which the one with the highest number counts. Taking,
//! refreshing, taking over and releasing are all the same step: create N+1 where there is none. So a refresh fails when
//! somebody took over, and two who take over at once can't both succeed, on any store that creates if absent. Lower
//! numbers are removed; the highest never is. One who listed long ago may still create a number below the highest (it
//! had been removed in the meantime): therefore everyone looks again after creating, and has lost when a higher one is
//! there.

use sha2::{Digest, Sha256};
use tonnage_base::Timestamp;

use crate::error::LedgerError;
use crate::ledger::{Ledger, name};
use crate::wire::{LockStateV1, LockV1, VERSION, decode, encode};

const FOLDER: &str = "lock";
const TRIES: u32 = 50;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockRequest {
    /// Who, as people call them.
    pub owner: String,
    /// `apply of sha256:9f2c…`.
    pub purpose: String,
    /// Seconds after which it may be taken over, unless refreshed. [`LockRequest::TTL`] by default.
    pub ttl_seconds: i64,
}

impl LockRequest {
    /// An hour.
    pub const TTL: i64 = 3_600;
}

/// A lock that somebody holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockInfo {
    /// What `tonnage unlock` takes. `damaged-N` where the object can't be read.
    pub id: String,
    /// Who.
    pub owner: String,
    /// What for.
    pub purpose: String,
    /// Since when.
    pub created: Timestamp,
    /// Until when; none: it can't be read, and does not expire.
    pub expires: Option<Timestamp>,
}

/// The lock in our hands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lock {
    /// As others see it.
    pub info: LockInfo,
    ttl_seconds: i64,
}

/// The end of the sequence.
struct Tail {
    numbers: Vec<u64>,
    /// Who holds it, expired or not.
    held: Option<LockInfo>,
}

impl Tail {
    fn last(&self) -> u64 {
        self.numbers.last().copied().unwrap_or(0)
    }
}

impl Ledger {
    /// Takes the lock, or says who has it. One that has expired is taken over.
    pub async fn lock(&self, request: &LockRequest, now: Timestamp) -> Result<Lock, LedgerError> {
        let tail = self.tail().await?;
        if let Some(held) = tail.held.as_ref().filter(|held| !expired(held, now)) {
            return Err(LedgerError::Locked(Box::new(held.clone())));
        }
        let number = tail.last() + 1;
        let info = LockInfo {
            id: id(request, now, number),
            owner: request.owner.clone(),
            purpose: request.purpose.clone(),
            created: now,
            expires: Some(after(now, request.ttl_seconds)),
        };
        if self.append(&tail, &info, LockStateV1::Held, now).await? {
            return Ok(Lock { info, ttl_seconds: request.ttl_seconds });
        }
        // Somebody was faster; they may have released it already, but then there is a new serial too.
        let held = self.tail().await?.held.unwrap_or(LockInfo {
            id: String::new(),
            owner: "somebody else".to_owned(),
            purpose: "a short time".to_owned(),
            created: now,
            expires: Some(now),
        });
        Err(LedgerError::Locked(Box::new(held)))
    }

    /// Holds on to the lock for another while. Fails with [`LedgerError::LockLost`] when somebody took it over.
    pub async fn refresh(&self, lock: &Lock, now: Timestamp) -> Result<Lock, LedgerError> {
        let info = LockInfo { expires: Some(after(now, lock.ttl_seconds)), ..lock.info.clone() };
        self.follow(&info, LockStateV1::Held, now).await?;
        Ok(Lock { info, ttl_seconds: lock.ttl_seconds })
    }

    /// Gives the lock back. Fails with [`LedgerError::LockLost`] when it is not ours any more.
    pub async fn release(&self, lock: &Lock, now: Timestamp) -> Result<(), LedgerError> {
        self.follow(&lock.info, LockStateV1::Released, now).await
    }

    /// Adds an entry after one of our own.
    async fn follow(&self, info: &LockInfo, state: LockStateV1, now: Timestamp) -> Result<(), LedgerError> {
        let mut by = None;
        // A refresh of ours that was given up half way may still land in between: then look again.
        for _ in 0..TRIES {
            let tail = self.tail().await?;
            if tail.held.as_ref().is_none_or(|held| held.id != info.id) {
                by = tail.held.map(Box::new);
                break;
            }
            if self.append(&tail, info, state, now).await? {
                return Ok(());
            }
        }
        Err(LedgerError::LockLost { id: info.id.clone(), by })
    }

    /// Removes a lock whose owner is gone, by its id.
    pub async fn unlock(&self, id: &str, now: Timestamp) -> Result<LockInfo, LedgerError> {
        let tail = self.tail().await?;
        let Some(held) = tail.held.clone().filter(|held| held.id == id) else {
            return Err(LedgerError::NoSuchLock { id: id.to_owned(), held: tail.held.map(Box::new) });
        };
        if self.append(&tail, &held, LockStateV1::Released, now).await? {
            Ok(held)
        } else {
            Err(LedgerError::NoSuchLock { id: id.to_owned(), held: self.tail().await?.held.map(Box::new) })
        }
    }

    /// Who holds the lock; none: nobody, or one that has expired.
    pub async fn holder(&self, now: Timestamp) -> Result<Option<LockInfo>, LedgerError> {
        Ok(self.tail().await?.held.filter(|held| !expired(held, now)))
    }

    async fn tail(&self) -> Result<Tail, LedgerError> {
        for _ in 0..TRIES {
            let numbers = self.numbers(FOLDER).await?;
            let Some(&last) = numbers.last() else { return Ok(Tail { numbers, held: None }) };
            let place = name(FOLDER, last);
            // It was the highest and is gone: a successor is there by now.
            let Some(bytes) = self.read(FOLDER, last).await? else { continue };
            let held = match decode::<LockV1>(&bytes, &place) {
                Ok(lock) if lock.state == LockStateV1::Released => None,
                Ok(lock) => Some(LockInfo {
                    id: lock.id,
                    owner: lock.owner,
                    purpose: lock.purpose,
                    created: lock.created,
                    expires: Some(lock.expires),
                }),
                Err(LedgerError::Damaged { .. }) => Some(LockInfo {
                    id: format!("damaged-{last}"),
                    owner: format!("somebody unknown ({place} can't be read)"),
                    purpose: "something unknown".to_owned(),
                    created: Timestamp::UNIX_EPOCH,
                    expires: None,
                }),
                Err(other) => return Err(other),
            };
            return Ok(Tail { numbers, held });
        }
        Err(LedgerError::Store {
            operation: "reading the lock".to_owned(),
            reason: "it changes faster than it can be read".to_owned(),
        })
    }

    /// Adds an entry after `tail`. False: somebody else did.
    async fn append(
        &self,
        tail: &Tail,
        info: &LockInfo,
        state: LockStateV1,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        let number = tail.last() + 1;
        let entry = LockV1 {
            version: VERSION,
            state,
            id: info.id.clone(),
            owner: info.owner.clone(),
            purpose: info.purpose.clone(),
            created: info.created,
            expires: info.expires.unwrap_or(now),
        };
        if !self.create(FOLDER, number, encode(&entry, &name(FOLDER, number))?).await? {
            return Ok(false);
        }
        if self.numbers(FOLDER).await?.last() != Some(&number) {
            self.remove(FOLDER, number).await;
            return Ok(false);
        }
        for &old in &tail.numbers {
            self.remove(FOLDER, old).await;
        }
        Ok(true)
    }
}

fn expired(lock: &LockInfo, now: Timestamp) -> bool {
    lock.expires.is_some_and(|expires| expires <= now)
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(now.as_second().saturating_add(seconds.max(0))).unwrap_or(Timestamp::MAX)
}

/// Of what is asked, when, and the place in the sequence, which nobody else can have: no host name, nothing random.
fn id(request: &LockRequest, now: Timestamp, number: u64) -> String {
    let text = format!("{}\n{}\n{now}\n{number}", request.owner, request.purpose);
    let mut digits = hex::encode(Sha256::digest(text));
    digits.truncate(8);
    digits
}

#[cfg(test)]
mod tests;
