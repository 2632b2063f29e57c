//! Undoing what an execution did, back to what was there when it began. Must not know what failed.

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;

use super::engine::{Execution, Stop};
use super::naming;
use super::order;
use super::stored::{StoredResource, Trouble, address_of};
use crate::cloud::{CloudError, Failure, Outcome};

impl Execution<'_> {
    /// Keeps what landed where that is wanted; undoes it otherwise.
    pub(super) async fn undo_or_hold(&mut self, failures: Vec<Failure>) -> Result<Outcome, CloudError> {
        for failure in &failures {
            self.say(Some(failure.address), "failed", &failure.reason);
        }
        if self.request.unit.hold {
            self.unit.under_way = None;
            self.save()?;
            return Ok(Outcome::Failed { failures, kept: true });
        }
        self.roll_back(failures).await
    }

    /// Back to what was there when it began.
    async fn roll_back(&mut self, failures: Vec<Failure>) -> Result<Outcome, CloudError> {
        self.say(None, "rolling back", "");
        let reason = failures.iter().map(|f| format!("{}: {}", f.address, f.reason)).collect::<Vec<_>>().join("; ");
        let before = self.unit.under_way.as_ref().and_then(|u| u.before.clone());
        let created_at_all = before.is_some();
        let before = before.unwrap_or_default();
        let kept: FxHashMap<Symbol, Option<Symbol>> = before.iter().map(|r| (r.local(), r.id())).collect();
        let done = self.take_back(&before, &kept).await;
        match done {
            Err(Stop::Cloud(error)) => return Err(error),
            Err(Stop::Failed(stuck)) => {
                let state = if created_at_all { "UPDATE_ROLLBACK_FAILED" } else { "ROLLBACK_FAILED" };
                let reason = format!("{}: {}", stuck.address, stuck.reason);
                self.unit.trouble = Some(Trouble { state: state.to_owned(), reason, failed_create: false });
                self.unit.under_way = None;
                self.save()?;
                let failures = failures.into_iter().chain([stuck]).collect();
                return Ok(Outcome::Failed { failures, kept: true });
            }
            Ok(()) => {}
        }
        if !created_at_all {
            self.unit.trouble = Some(Trouble { state: "ROLLBACK_COMPLETE".to_owned(), reason, failed_create: true });
        }
        self.unit.under_way = None;
        self.save()?;
        Ok(Outcome::Failed { failures, kept: false })
    }

    async fn take_back(
        &mut self,
        before: &[StoredResource],
        kept: &FxHashMap<Symbol, Option<Symbol>>,
    ) -> Result<(), Stop> {
        // What is new goes, last first.
        for position in order::reverse(&self.unit.resources) {
            let Some(now) = self.unit.resources.get(position) else { continue };
            let (address, kind, there) = (now.at(), now.kind.0, now.physical_id.is_some());
            if kept.get(&now.local()) == Some(&now.id()) || !there {
                continue;
            }
            // What was taken in is let go again.
            if self.request.ahead.is_none() {
                self.operation(address, kind, "roll_back").await?;
                self.say(Some(address), "deleted", "rolling back");
            }
            if let Some(now) = self.unit.resources.get_mut(position) {
                now.physical_id = None;
            }
        }
        self.unit.resources.retain(|r| kept.get(&r.local()) == Some(&r.id()));
        // What was there is there again, made anew where it had been deleted first.
        let there: FxHashMap<Symbol, (Option<Symbol>, u64)> =
            self.unit.resources.iter().chain(&self.unit.cleanup).map(|r| (r.local(), (r.id(), r.updates))).collect();
        let mut restored = before.to_vec();
        let mut anew: FxHashMap<Symbol, Symbol> = FxHashMap::default();
        for resource in &mut restored {
            match there.get(&resource.local()) {
                Some((_, updates)) => {
                    if *updates > resource.updates {
                        self.say(Some(resource.at()), "updated", "rolling back");
                        resource.updates = updates + 1;
                    }
                }
                None if resource.physical_id.is_none() => {}
                None => {
                    self.operation(resource.at(), resource.kind.0, "roll_back").await?;
                    self.unit.next_id += 1;
                    let id = naming::physical_id(resource.kind.0, &self.cloud.unit_name(&self.unit), self.unit.next_id);
                    resource.physical_id = Some(id.as_str().into());
                    self.cloud.world().meta.creations += 1;
                    anew.insert(resource.at(), id);
                    self.say(Some(resource.at()), "created", id.as_str());
                }
            }
        }
        for resource in &mut restored {
            for (key, value) in &mut resource.resolved {
                if let Some(id) = anew.get(&Symbol::new(address_of(key))) {
                    let attribute = key.rsplit_once('|').map(|(_, a)| Symbol::new(a));
                    *value = attribute.map_or_else(|| id.as_str().to_owned(), |a| format!("{id}.{a}"));
                }
            }
        }
        let old: Vec<Option<Symbol>> = restored.iter().map(StoredResource::id).collect();
        self.unit.cleanup.retain(|r| !old.contains(&r.id()));
        self.unit.resources = restored;
        self.stand();
        Ok(())
    }
}
