//! The second opinion: what a cloud says that it would do, and where that differs from the plan. Must not know any
//! cloud, nor how it is asked.
//!
//! An answer may leave something open: whether a resource is replaced (`Maybe`), or whether a value that depends on
//! another resource changes at all. What is open contradicts nothing where our facts decide it.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::Symbol;
use tonnage_graph::{Site, ValueId, Values};
use tonnage_schema::{PathStep, Replacement, Schemas, path};

use crate::change::{Action, Change, PropertyDiff, Reason};
use crate::effects::own;
use crate::model::{Ahead, Plan, Unit, UnitId};

/// What a cloud says that it would do with one resource of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The resource, by its name inside the unit.
    pub local_name: Symbol,
    /// What is done to it.
    pub act: Act,
    /// Whether another one takes its place.
    pub replaced: Answer,
    /// It leaves the unit and stays in the cloud.
    pub kept: bool,
    /// What of it changes; empty where the cloud says nothing of it.
    pub causes: Vec<Cause>,
}

/// What is done to a resource of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// It comes.
    Add,
    /// It is changed, or another one takes its place.
    Modify,
    /// It leaves.
    Remove,
    /// It exists and comes under management.
    Import,
}

/// Three-valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Answer {
    /// No.
    #[default]
    No,
    /// It depends.
    Maybe,
    /// Yes.
    Yes,
}

/// A property that changes, as the cloud tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// `LaunchTemplate.Version`; empty: something beside the properties, such as what is kept with a resource.
    pub path: String,
    /// Whether its change replaces the resource.
    pub recreates: Answer,
    /// It changes for sure; otherwise its value is only known when something else has changed.
    pub certain: bool,
    /// Its text before.
    pub before: Option<String>,
    /// Its text afterwards.
    pub after: Option<String>,
}

/// What clouds say of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecondOpinion {
    /// Units that a cloud was asked about.
    pub units: u64,
    /// Changes in them that were held against its answers.
    pub changes: u64,
    /// Resources of which a cloud leaves open what happens, and our facts do not.
    pub open: u64,
    /// Where an answer differs, in order of units and addresses.
    pub disagreements: Vec<Disagreement>,
    /// Units of which no answer was had.
    pub unasked: Vec<Unasked>,
}

/// A unit of which no answer was had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unasked {
    /// Where.
    pub site: Site,
    /// Which.
    pub unit: Symbol,
    /// Why.
    pub why: String,
}

/// A resource of which a cloud says something else than the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// Where.
    pub site: Site,
    /// In which unit.
    pub unit: Symbol,
    /// Its address; its name inside the unit where the plan does not know it.
    pub address: Symbol,
    /// What the plan says.
    pub ours: Deed,
    /// What the cloud says.
    pub theirs: Deed,
    /// The properties of which they say different things, or that the cloud gives as its reason.
    pub properties: Vec<Property>,
}

/// What happens to a resource, in the words of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is its word")]
pub enum Deed {
    Nothing,
    Create,
    Update,
    MayReplace,
    Replace,
    Destroy,
    Forget,
    Import,
}

/// What is said of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// `LaunchTemplate.Version`.
    pub path: String,
    /// Who says that it changes.
    pub said_by: SaidBy,
    /// Whether its change replaces the resource, as the cloud says.
    pub recreates: Answer,
    /// Before, as the cloud says.
    pub before: Option<String>,
    /// Afterwards, as the cloud says.
    pub after: Option<String>,
    /// Afterwards, as the plan says, where both say something and not the same.
    pub planned: Option<String>,
}

/// Who says that a property changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidBy {
    /// Both.
    Both,
    /// The plan alone.
    Plan,
    /// The cloud alone.
    Cloud,
}

impl Deed {
    /// Stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Create => "create",
            Self::Update => "update",
            Self::MayReplace => "update or replace",
            Self::Replace => "replace",
            Self::Destroy => "destroy",
            Self::Forget => "forget",
            Self::Import => "import",
        }
    }

    /// How much it takes away: what it may take away weighs less than what it does.
    const fn weight(self) -> u8 {
        match self {
            Self::Nothing | Self::Create | Self::Update | Self::Import => 0,
            Self::MayReplace | Self::Forget => 1,
            Self::Replace | Self::Destroy => 2,
        }
    }

    /// The deed of such a word.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [
            Self::Nothing,
            Self::Create,
            Self::Update,
            Self::MayReplace,
            Self::Replace,
            Self::Destroy,
            Self::Forget,
            Self::Import,
        ];
        all.into_iter().find(|deed| deed.as_str() == word)
    }

    fn of(foreseen: Option<&Foreseen>) -> Self {
        let Some(foreseen) = foreseen else { return Self::Nothing };
        match (foreseen.act, foreseen.replaced) {
            (Act::Add, _) => Self::Create,
            (Act::Modify, Answer::No) => Self::Update,
            (Act::Modify, Answer::Maybe) => Self::MayReplace,
            (Act::Modify, Answer::Yes) => Self::Replace,
            (Act::Remove, _) if foreseen.kept => Self::Forget,
            (Act::Remove, _) => Self::Destroy,
            (Act::Import, _) => Self::Import,
        }
    }
}

impl Answer {
    /// Stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "never",
            Self::Maybe => "conditionally",
            Self::Yes => "always",
        }
    }

    /// The answer of such a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::No, Self::Maybe, Self::Yes].into_iter().find(|answer| answer.as_str() == word)
    }
}

impl SaidBy {
    /// Stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Plan => "plan",
            Self::Cloud => "cloud",
        }
    }

    /// Who such a word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Both, Self::Plan, Self::Cloud].into_iter().find(|said_by| said_by.as_str() == word)
    }
}

/// A resource as its unit holds it now.
#[derive(Clone, Copy, Debug)]
pub struct Resident {
    /// Its address.
    pub address: Symbol,
    /// Its name inside the unit.
    pub local_name: Symbol,
    /// It stays in the cloud when it leaves the unit.
    pub kept: bool,
}

impl Disagreement {
    /// Whether the cloud would take away more than the plan says.
    pub const fn is_worse(&self) -> bool {
        self.theirs.weight() > self.ours.weight()
    }
}

impl SecondOpinion {
    /// Whether a cloud says something else than the plan.
    pub fn differs(&self) -> bool {
        !self.disagreements.is_empty()
    }

    /// Holds the answer about a unit against the plan. `held`: what is in the unit now.
    pub fn add(&mut self, plan: &Plan, id: UnitId, held: &[Resident], said: &[Foreseen], schemas: &Schemas) {
        let Some(unit) = plan.unit(id) else { return };
        let ours = ours(plan, unit, id, held);
        let theirs: BTreeMap<Symbol, &Foreseen> = said.iter().map(|foreseen| (foreseen.local_name, foreseen)).collect();
        self.units += 1;
        let mut found = Vec::new();
        let locals: BTreeSet<Symbol> = ours.keys().chain(theirs.keys()).copied().collect();
        for local in locals {
            let address = unit.members.iter().find(|m| m.local_name == local).map_or(local, |member| member.address);
            let nothing = Ours { address, deed: Deed::Nothing, again: false, change: None };
            let ours = ours.get(&local).unwrap_or(&nothing);
            self.changes += u64::from(ours.deed != Deed::Nothing);
            match (Case { plan, unit, schemas, ours, theirs: theirs.get(&local).copied() }).judge() {
                Verdict::Agrees => {}
                Verdict::Open => self.open += 1,
                Verdict::Differs(properties) => found.push(Disagreement {
                    site: unit.site,
                    unit: unit.name,
                    address: ours.address,
                    ours: ours.deed,
                    theirs: Deed::of(theirs.get(&local).copied()),
                    properties,
                }),
            }
        }
        found.sort_by_key(|difference| difference.address);
        self.disagreements.append(&mut found);
    }
}

/// What the plan says of a resource of a unit.
struct Ours<'a> {
    address: Symbol,
    deed: Deed,
    /// The unit has had it: it is made again, because it is not there.
    again: bool,
    change: Option<&'a Change>,
}

/// What the plan says of every resource of a unit to which something happens, by its name inside the unit.
fn ours<'a>(plan: &'a Plan, unit: &Unit, id: UnitId, held: &[Resident]) -> BTreeMap<Symbol, Ours<'a>> {
    let there: BTreeMap<Symbol, &Resident> = held.iter().map(|held| (held.local_name, held)).collect();
    let mut ours = BTreeMap::new();
    for change in plan.changes_of(id) {
        let again = there.contains_key(&change.local_name);
        let deed = match change.action {
            Action::Create => Deed::Create,
            Action::Update if change.diffs.iter().all(|diff| own(&diff.path)) => Deed::Nothing,
            Action::Update if change.reasons.iter().any(|r| matches!(r, Reason::Conditional { .. })) => {
                Deed::MayReplace
            }
            Action::Update => Deed::Update,
            // Under another name: the new one comes, and the old one leaves.
            Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst if !again => Deed::Create,
            Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => Deed::Replace,
            Action::Delete => Deed::Destroy,
            Action::Forget => Deed::Forget,
            Action::Import => Deed::Import,
            Action::Move | Action::NoOp => Deed::Nothing,
        };
        ours.insert(change.local_name, Ours { address: change.address, deed, again, change: Some(change) });
    }
    let stays: BTreeSet<Symbol> = unit.members.iter().map(|member| member.local_name).collect();
    for held in held.iter().filter(|held| !stays.contains(&held.local_name)) {
        let deed = if held.kept { Deed::Forget } else { Deed::Destroy };
        let leaves = Ours { address: held.address, deed, again: true, change: None };
        ours.entry(held.local_name).or_insert(leaves);
    }
    ours
}

enum Verdict {
    Agrees,
    Open,
    Differs(Vec<Property>),
}

/// One resource, from both sides.
struct Case<'a> {
    plan: &'a Plan,
    unit: &'a Unit,
    schemas: &'a Schemas,
    ours: &'a Ours<'a>,
    theirs: Option<&'a Foreseen>,
}

impl Case<'_> {
    fn judge(&self) -> Verdict {
        let marked = self.theirs.is_some_and(|theirs| self.is_marked_first(theirs.local_name));
        let theirs = match Deed::of(self.theirs) {
            Deed::Destroy if marked => Deed::Forget,
            deed => deed,
        };
        match (self.ours.deed, theirs) {
            (Deed::Nothing, Deed::Update | Deed::MayReplace) if self.is_nothing() => Verdict::Agrees,
            (Deed::Nothing, Deed::Update | Deed::MayReplace) if self.is_uncertain() => Verdict::Open,
            (Deed::Update, Deed::MayReplace) if self.is_settled() => self.properties(Verdict::Open),
            (Deed::MayReplace, Deed::Update | Deed::Replace) => self.properties(Verdict::Agrees),
            (Deed::Replace, Deed::MayReplace) => self.properties(Verdict::Open),
            // Of what somebody else deleted a cloud says that it is changed, or that it comes.
            (Deed::Create, Deed::Update | Deed::MayReplace | Deed::Replace) if self.ours.again => Verdict::Agrees,
            (ours, theirs) if ours == theirs => self.properties(Verdict::Agrees),
            _ => Verdict::Differs(self.reasons()),
        }
    }

    /// Whether it is marked to be kept before the unit is changed, which the cloud can't know now.
    fn is_marked_first(&self, local: Symbol) -> bool {
        self.unit.ahead.iter().any(|ahead| matches!(ahead, Ahead::Retain(names) if names.contains(&local)))
    }

    fn causes(&self) -> &[Cause] {
        self.theirs.map_or(&[], |theirs| &theirs.causes)
    }

    /// Whether nothing but what is kept beside the properties changes.
    fn is_nothing(&self) -> bool {
        !self.causes().is_empty() && self.causes().iter().all(|cause| cause.path.is_empty())
    }

    /// Whether it changes only if something else turns out to have changed.
    fn is_uncertain(&self) -> bool {
        let mut changing = self.causes().iter().filter(|cause| !cause.path.is_empty()).peekable();
        changing.peek().is_some()
            && changing.all(|cause| !cause.certain && (cause.after.is_none() || cause.before == cause.after))
    }

    /// Whether what the cloud leaves open is what our facts decide: it depends on a condition that they know of, or on
    /// a value that they know to stay.
    fn is_settled(&self) -> bool {
        let Some(change) = self.ours.change else { return false };
        let depends = |path: &str| {
            let path = path::parse(path);
            let facts = self.schemas.get(change.kind);
            facts.is_some_and(|facts| facts.replacement(&path) == Replacement::Conditional)
        };
        let mut open = self.causes().iter().filter(|cause| cause.recreates != Answer::No).peekable();
        if open.peek().is_none() {
            return change.diffs.iter().any(|diff| depends(&diff.path));
        }
        open.all(|cause| !cause.certain || depends(&cause.path))
    }

    /// Both say that it changes: do they say so of the same properties?
    fn properties(&self, otherwise: Verdict) -> Verdict {
        let Some(change) = self.ours.change.filter(|change| !change.diffs.is_empty()) else { return otherwise };
        if self.causes().iter().all(|cause| cause.path.is_empty()) {
            return otherwise;
        }
        let top = |path: &str| match path::parse(path).first() {
            Some(PathStep::Key(key)) => Some(*key),
            _ => None,
        };
        let diffs: Vec<&PropertyDiff> = change.diffs.iter().filter(|diff| !own(&diff.path)).collect();
        let planned: BTreeSet<_> = diffs.iter().filter_map(|diff| top(&diff.path)).collect();
        let said: BTreeSet<_> = self.causes().iter().filter_map(|cause| top(&cause.path)).collect();
        let mut differ = Vec::new();
        for cause in self.causes().iter().filter(|cause| !cause.path.is_empty()) {
            if let Some(diff) = diffs.iter().find(|diff| diff.path == cause.path) {
                let planned = self.text(diff.after).filter(|text| cause.after.as_ref().is_some_and(|a| !same(a, text)));
                if planned.is_some() {
                    differ.push(Property { planned, ..self.property(cause, SaidBy::Both) });
                }
            } else if cause.certain && top(&cause.path).is_none_or(|top| !planned.contains(&top)) {
                differ.push(self.property(cause, SaidBy::Cloud));
            }
        }
        for diff in diffs.iter().filter(|diff| top(&diff.path).is_none_or(|top| !said.contains(&top))) {
            differ.push(self.planned(diff));
        }
        differ.sort_by(|a, b| a.path.cmp(&b.path));
        differ.dedup();
        if differ.is_empty() { otherwise } else { Verdict::Differs(differ) }
    }

    /// What the cloud gives as its reason: of a replacement what causes it, otherwise all. Where it does nothing, what
    /// it does not do.
    fn reasons(&self) -> Vec<Property> {
        let diffs = self.ours.change.map_or(&[][..], |change| &change.diffs);
        if self.theirs.is_none() {
            return diffs.iter().filter(|diff| !own(&diff.path)).map(|diff| self.planned(diff)).collect();
        }
        let replaces = self.causes().iter().any(|cause| cause.recreates != Answer::No);
        let causes = self.causes().iter().filter(|cause| !cause.path.is_empty());
        let telling = causes.filter(|cause| !replaces || cause.recreates != Answer::No);
        let planned = |cause: &Cause| {
            if diffs.iter().any(|diff| diff.path == cause.path) { SaidBy::Both } else { SaidBy::Cloud }
        };
        let mut reasons: Vec<Property> = telling.map(|cause| self.property(cause, planned(cause))).collect();
        reasons.sort_by(|a, b| a.path.cmp(&b.path));
        reasons.dedup();
        reasons
    }

    fn property(&self, cause: &Cause, said_by: SaidBy) -> Property {
        let shown = |text: &Option<String>| text.clone().filter(|_| !self.holds_secrets());
        Property {
            path: cause.path.clone(),
            said_by,
            recreates: cause.recreates,
            before: shown(&cause.before),
            after: shown(&cause.after),
            planned: None,
        }
    }

    fn planned(&self, diff: &PropertyDiff) -> Property {
        Property {
            path: diff.path.clone(),
            said_by: SaidBy::Plan,
            recreates: if diff.forces_replacement { Answer::Yes } else { Answer::No },
            before: self.text(diff.before),
            after: self.text(diff.after),
            planned: None,
        }
    }

    /// Whether a secret is anywhere in the resource: then no value of it is taken from what a cloud says.
    fn holds_secrets(&self) -> bool {
        let secret = |values: &Values, id: ValueId| values.references(id).iter().any(|r| r.secret().is_some());
        let Some(change) = self.ours.change else {
            // Nothing happens to it, so that only its unit knows what is in it.
            let local = self.theirs.map(|theirs| theirs.local_name);
            let member = self.unit.members.iter().find(|member| Some(member.local_name) == local);
            let mut values = Values::new();
            return member.is_none_or(|member| values.from_json(&member.body).is_ok_and(|id| secret(&values, id)));
        };
        change.before.into_iter().chain(change.after).any(|id| secret(&self.plan.values, id))
    }

    /// The text of a value that is one, where everybody may see it.
    fn text(&self, id: Option<ValueId>) -> Option<String> {
        self.plan.values.scalar(id?).map(str::to_owned)
    }
}

/// Whether two texts mean the same. A cloud may cut long ones, and write a text in quotes.
fn same(theirs: &str, ours: &str) -> bool {
    let theirs = theirs.trim().trim_matches('"');
    theirs.eq_ignore_ascii_case(ours) || (theirs.len() >= 64 && ours.starts_with(theirs.trim_end_matches(['.', '…'])))
}

#[cfg(test)]
mod tests;
