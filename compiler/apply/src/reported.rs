//! What is on record of properties that no file sets, after an apply. Must not know what a property means.
//!
//! What was made or changed is recorded as it is read back. What a plan showed as somebody else's doing and left as it
//! is stays on record as it was, so that it is shown again; and so does all of a resource that nothing was done to, so
//! that what is done to it meanwhile is not taken for the service's own.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::Symbol;
use tonnage_cloud::cloud::{LiveResource, NOTHING_BESIDE};
use tonnage_graph::{ValueId, Values};
use tonnage_ledger::{Reported, UnitKey, reported::UNREAD};
use tonnage_plan::model::Member;
use tonnage_plan::{Action, Change, Choice, Drift, Plan, UnitId, UnitOperation, change::DriftedProperty};
use tonnage_schema::{PathStep, path};

use crate::report::UnitEnd;
use crate::resume::key;
use crate::unit::Finished;

fn accepted(drift: &Drift) -> bool {
    drift.properties.iter().any(|property| property.choice == Choice::Accept)
}

/// What is on record afterwards.
pub(crate) fn after(before: &Reported, plan: &Plan, finished: &BTreeMap<UnitId, Finished>) -> Reported {
    let mut record = Recorder {
        plan,
        changes: plan.changes.iter().map(|change| (change.address, change)).collect(),
        drift: plan.drift.iter().map(|drift| (drift.address, drift)).collect(),
        values: Values::new(),
        reported: before.clone(),
    };
    for done in finished.values() {
        record.unit(done);
    }
    let units = finished.keys().filter_map(|id| plan.units.get(id.0 as usize));
    let touched: BTreeSet<UnitKey> = units.map(|unit| key(unit, "")).collect();
    record.accept(&touched);
    record.reported
}

struct Recorder<'a> {
    plan: &'a Plan,
    changes: BTreeMap<Symbol, &'a Change>,
    drift: BTreeMap<Symbol, &'a Drift>,
    values: Values,
    reported: Reported,
}

impl Recorder<'_> {
    fn unit(&mut self, done: &Finished) {
        let Some(unit) = self.plan.units.get(done.unit.0 as usize) else { return };
        let key = key(unit, "");
        if unit.operation == UnitOperation::Delete && matches!(done.end, UnitEnd::Done { .. }) {
            self.reported.0.remove(&key);
            return;
        }
        let undone = matches!(done.end, UnitEnd::Failed { kept: false, .. });
        let Some(live) = done.live.as_ref().filter(|_| !undone) else { return };
        let before = self.reported.0.remove(&key);
        let members: BTreeMap<&str, &Member> = unit.members.iter().map(|m| (m.local_name.as_str(), m)).collect();
        let mut now = BTreeMap::new();
        let mut asked = false;
        for resource in &live.resources {
            asked |= resource.reported.is_some();
            let was = before.as_ref().map(|known| known.get(&resource.local_name).copied().unwrap_or(nothing()));
            let member = members.get(&*resource.local_name).copied();
            let text = self.resource(resource, member, was, resource.reported.unwrap_or_else(unread));
            if text != NOTHING_BESIDE {
                now.insert(resource.local_name.clone(), text);
            }
        }
        // a cloud that is not asked takes nothing off the record
        match before.filter(|_| !asked) {
            Some(before) => drop(self.reported.0.insert(key, before)),
            None if asked => drop(self.reported.0.insert(key, now)),
            None => {}
        }
    }

    fn resource(
        &mut self,
        resource: &LiveResource,
        member: Option<&Member>,
        was: Option<Symbol>,
        reads: Symbol,
    ) -> Symbol {
        let address = Symbol::new(&resource.address);
        let Some(was) = was.filter(|was| *was != unread()) else { return reads };
        match self.changes.get(&address).map(|change| change.action) {
            Some(Action::Update | Action::Move) => self.carried(address, member, was, reads),
            None | Some(Action::NoOp) => self.answered(address, was),
            Some(_) => reads,
        }
    }

    /// What is read, but for what was left as it is, and for what was put back to what it was: the unit says it since
    /// then, and no file does.
    fn carried(&mut self, address: Symbol, member: Option<&Member>, was: Symbol, reads: Symbol) -> Symbol {
        if reads == unread() {
            return reads;
        }
        let (Some(mut now), Some(before)) = (self.read(reads), self.read(was)) else { return reads };
        if let Some(body) = member.and_then(|member| self.values.from_json(&member.body).ok()) {
            let held = self.values.common(before, body);
            now = self.values.merge(now, held);
        }
        let now = self.write(now);
        self.answered(address, now)
    }

    /// A text with what the plan says of each property that others changed.
    fn answered(&mut self, address: Symbol, text: Symbol) -> Symbol {
        let Some(drift) = self.drift.get(&address).copied() else { return text };
        let Some(mut id) = self.read(text) else { return text };
        for property in &drift.properties {
            let side = match property.choice {
                Choice::Leave => property.applied,
                Choice::Accept => property.live,
                Choice::Revert | Choice::Overwrite | Choice::Ignore => continue,
            };
            let value = side.and_then(|side| self.values.from_json(&self.plan.values.to_json(side)).ok());
            id = self.values.put(id, &keys(property), value);
        }
        self.write(id)
    }

    /// What is accepted in units that nothing was done to.
    fn accept(&mut self, touched: &BTreeSet<UnitKey>) {
        for drift in self.plan.drift.iter().filter(|drift| accepted(drift)) {
            let key = UnitKey {
                cloud: drift.site.cloud.as_str().to_owned(),
                region: drift.site.region.as_str().to_owned(),
                name: drift.unit.as_str().to_owned(),
            };
            let Some(known) = self.reported.0.get(&key).filter(|_| !touched.contains(&key)) else { continue };
            let was = known.get(drift.local_name.as_str()).copied().unwrap_or(nothing());
            let text = self.answered(drift.address, was);
            if let Some(known) = self.reported.0.get_mut(&key) {
                known.insert(drift.local_name.as_str().into(), text);
                known.retain(|_, text| *text != NOTHING_BESIDE);
            }
        }
    }

    fn read(&mut self, text: Symbol) -> Option<ValueId> {
        self.values.from_json(text.as_str()).ok()
    }

    fn write(&self, id: ValueId) -> Symbol {
        Symbol::new(&self.values.to_json(id))
    }
}

/// Where it was asked for and not read.
fn unread() -> Symbol {
    Symbol::new(UNREAD)
}

fn nothing() -> Symbol {
    Symbol::new(NOTHING_BESIDE)
}

fn keys(property: &DriftedProperty) -> Vec<Symbol> {
    let keys = path::parse(&property.path).into_iter().filter_map(|step| match step {
        PathStep::Key(key) => Some(key),
        PathStep::Index(_) => None,
    });
    keys.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_base::Date;
    use tonnage_cloud::cloud::{LiveUnit, UnitState};
    use tonnage_graph::Site;
    use tonnage_plan::model::{Unit, WhenHeld};

    fn symbol(text: &str) -> Symbol {
        Symbol::new(text)
    }

    /// A plan that changes `touched` of one unit, and what is read of its resources afterwards, by their names.
    fn story(operation: UnitOperation, reads: &[(&str, Option<&str>)]) -> (Plan, BTreeMap<UnitId, Finished>) {
        let unit = Unit {
            name: symbol("u"),
            site: Site { cloud: symbol("aws"), region: symbol("r") },
            operation,
            members: Vec::new(),
            document: String::new(),
            parameters: Vec::new(),
            outputs: Vec::new(),
            expects: String::new(),
            hold: false,
            when_held: WhenHeld::Stop,
            ahead: Vec::new(),
            between: None,
            reverts: false,
        };
        let resource = |(name, reported): &(&str, Option<&str>)| LiveResource {
            address: (*name).into(),
            local_name: (*name).into(),
            kind: symbol("T"),
            applied: "{}".to_owned(),
            actual: None,
            reported: reported.map(symbol),
            recorded: None,
            physical_id: Some("id".into()),
            attributes: Vec::new(),
            holds: None,
            running: None,
            older: Box::default(),
            depends_on: Vec::new(),
            retain_on_delete: false,
            retain_on_replace: false,
            delete_first: false,
            update_policy: None,
        };
        let live = LiveUnit {
            name: symbol("u"),
            region: symbol("r"),
            fingerprint: String::new(),
            state: UnitState::Ready,
            resources: reads.iter().map(resource).collect(),
            outputs: Vec::new(),
        };
        let mut plan = Plan::new(symbol("f"), Date::constant(2026, 11, 22), Values::new());
        plan.units.push(unit);
        let end = UnitEnd::Done { resumed: false };
        (plan, BTreeMap::from([(UnitId(0), Finished { unit: UnitId(0), end, live: Some(live) })]))
    }

    fn recorded(reported: &Reported) -> Vec<(&str, &str)> {
        let members = reported.0.values().flatten();
        members.map(|(name, text)| (&**name, text.as_str())).collect()
    }

    #[test]
    fn what_nothing_was_done_to_stays_on_record_and_what_was_not_read_is_not_nothing() {
        let (plan, made) = story(UnitOperation::Create, &[("a", Some(r#"{"A":1}"#)), ("b", None), ("c", Some("{}"))]);
        let first = after(&Reported::default(), &plan, &made);
        assert_eq!(recorded(&first), [("a", r#"{"A":1}"#), ("b", UNREAD)]);
        let reads = [("a", Some(r#"{"A":2}"#)), ("b", Some(r#"{"B":1}"#)), ("c", Some(r#"{"C":1}"#))];
        let (plan, updated) = story(UnitOperation::Update, &reads);
        let second = after(&first, &plan, &updated);
        assert_eq!(recorded(&second), [("a", r#"{"A":1}"#), ("b", r#"{"B":1}"#)], "of `c` nothing was reported before");
        let (plan, unasked) = story(UnitOperation::Update, &[("a", None), ("b", None)]);
        assert_eq!(after(&second, &plan, &unasked), second, "a cloud that is not asked takes nothing off the record");
        let (plan, gone) = story(UnitOperation::Delete, &[]);
        assert_eq!(after(&second, &plan, &gone), Reported::default());
    }
}
