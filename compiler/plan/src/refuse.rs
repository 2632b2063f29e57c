//! Changes that the service is known to refuse: a plan of which a part can only fail is no plan. Must not know any
//! type: what is refused, and what can be done in its place, the facts about changes say.

use indexmap::IndexMap;
use tonnage_base::{Diagnostic, Severity, Span, codes::plan as codes};
use tonnage_graph::{Node, ValueId, Values};

use crate::change::{Action, Change, Effect, EffectKind};
use crate::inputs::Inputs;

/// Changes of one block that are refused for the same: the block, the property, and why.
type Alike<'a> = (Option<Span>, &'a str, &'a str);

/// An error for each block of which something can't be changed as the files say.
pub fn refused(inputs: &Inputs<'_>, values: &Values, changes: &[Change]) -> Vec<Diagnostic> {
    let mut alike: IndexMap<Alike<'_>, Vec<(&Change, &Effect)>> = IndexMap::new();
    for change in changes.iter().filter(|change| matches!(change.action, Action::Update | Action::Import)) {
        let Some(effect) = change.effects.iter().find(|effect| effect.kind == EffectKind::Refused) else { continue };
        let declared = inputs.desired.find(change.address).and_then(|id| inputs.desired.get(id)?.declared);
        let key = (declared, effect.property.as_deref().unwrap_or_default(), effect.words.as_str());
        alike.entry(key).or_default().push((change, effect));
    }
    let error = |((declared, property, words), all): (Alike<'_>, Vec<(&Change, &Effect)>)| {
        let (change, effect) = all.first()?;
        let diff = change.diffs.iter().find(|diff| diff.path == property)?;
        let shown = |id: Option<ValueId>| match id.map(|id| (id, values.node(id))) {
            None => "nothing".to_owned(),
            Some((_, Node::Reference(reference))) => reference.address.to_string(),
            Some((_, Node::Unknown(reference))) => format!("the new {}", reference.address),
            Some((id, _)) => values.to_json(id),
        };
        let others = match all.len() {
            1 => String::new(),
            many => format!(" and {} more", many - 1),
        };
        let message = format!(
            "`{}`{others}: {property} can't go from {} to {}: {words}",
            change.address,
            shown(diff.before),
            shown(diff.after)
        );
        let mut help = effect.way_out.clone();
        if diff.drift || diff.conflict {
            // what is live can't be adopted by a command: every plan is refused until one of these is done
            let others = format!(
                "somebody else has changed it: write {} in the file, or leave it alone with `-ignore-drift '{}.{property}'`",
                shown(diff.before),
                change.address
            );
            help = if help.is_empty() { others } else { format!("{others}; or {help}") };
        }
        let mut problem = Diagnostic::new(Severity::Error, codes::T0634, message);
        if !help.is_empty() {
            problem = problem.with_help(help);
        }
        Some(match declared {
            Some(span) => problem.at(span, ""),
            None => problem,
        })
    };
    alike.into_iter().filter_map(error).collect()
}
