//! Whom the files themselves let in who was not let in before. What others opened is told as drift. Must not know
//! formats.

use tonnage_base::quantity::group_thousands;
use tonnage_plan::EffectKind;

use crate::{
    alarms::{Alarm, Risk, Said},
    roll_up::{RolledEffect, RolledUp},
    words,
};

/// What it is called.
const OPENS: &str = "opens";
/// Lines of it: whom one lets in is read to its end.
const MOST: usize = 100;

/// What lets everybody in, what allows everything, and what lets in more than it did.
pub(crate) fn alarms(changes: &[RolledUp<'_>]) -> Vec<Alarm> {
    let kinds = [
        (EffectKind::OpensToAll, "access opened to everybody"),
        (EffectKind::AllowsAll, "whole services allowed on every resource"),
        (EffectKind::OpensWider, "access widened by the files"),
    ];
    let alarm = |(kind, headline): (EffectKind, &str)| {
        let found = changes.iter().flat_map(|group| group.effects.iter().map(move |effect| (group, effect)));
        let found: Vec<(&RolledUp<'_>, &RolledEffect)> = found.filter(|(_, effect)| effect.kind == kind).collect();
        let said = found.iter().map(|(group, effect)| Said {
            text: format!("{}{}: {}", words::times(group.changes.len()), group.label, words::effect(effect)),
            place: group.behind(effect),
            about: words::without_keys(&group.label),
        });
        let places = match found.iter().map(|(group, _)| group.changes.len() as u64).sum::<u64>() {
            1 => String::new(),
            places => format!(" in {} places", group_thousands(places)),
        };
        let alarm = Alarm::new(OPENS, Risk::Some, format!("{headline}{places}"), []);
        (!found.is_empty()).then(|| Alarm { said: said.collect(), most: MOST, ..alarm })
    };
    kinds.into_iter().filter_map(alarm).collect()
}
