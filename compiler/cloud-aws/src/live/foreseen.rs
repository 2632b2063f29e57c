//! What a change set says of one resource, in the words of a second opinion. Must not ask for it.

use aws_sdk_cloudformation::types::{ResourceChange, ResourceChangeDetail};
use tonnage_base::Symbol;
use tonnage_plan::opinion::{Act, Answer, Cause, Foreseen};
use tonnage_schema::{PathStep, path};

/// What it says.
pub fn foreseen(change: &ResourceChange) -> Foreseen {
    let action = change.action().map_or("", |action| action.as_str());
    let replaced = match change.replacement().map_or("", |replacement| replacement.as_str()) {
        "True" => Answer::Yes,
        "Conditional" => Answer::Maybe,
        _ => Answer::No,
    };
    let mut causes: Vec<Cause> = Vec::new();
    for cause in change.details().iter().filter_map(cause) {
        // A property that has several reasons to change is told once for each.
        match causes.iter_mut().find(|known| known.path == cause.path) {
            Some(known) => {
                known.recreates = known.recreates.max(cause.recreates);
                known.certain |= cause.certain;
                known.before = known.before.take().or(cause.before);
                known.after = known.after.take().or(cause.after);
            }
            None => causes.push(cause),
        }
    }
    Foreseen {
        local_name: Symbol::new(change.logical_resource_id().unwrap_or_default()),
        act: match action {
            "Add" => Act::Add,
            "Remove" => Act::Remove,
            "Import" => Act::Import,
            // `Dynamic`: it can't be known yet which.
            _ => Act::Modify,
        },
        replaced: if action == "Dynamic" { Answer::Maybe } else { replaced },
        kept: change.policy_action().is_some_and(|policy| policy.as_str() == "Retain"),
        causes,
    }
}

fn cause(detail: &ResourceChangeDetail) -> Option<Cause> {
    let target = detail.target()?;
    let attribute = target.attribute().map_or("", |attribute| attribute.as_str());
    let path = match (attribute, target.path(), target.name()) {
        ("Properties", Some(path), _) if path.starts_with("/Properties/") => dotted(path),
        ("Properties", _, Some(name)) => name.to_owned(),
        ("Tags", Some(path), _) if path.starts_with("/Properties/") => dotted(path),
        ("Tags", ..) => "Tags".to_owned(),
        _ => String::new(),
    };
    Some(Cause {
        path,
        recreates: match target.requires_recreation().map_or("", |recreation| recreation.as_str()) {
            "Always" => Answer::Yes,
            "Conditionally" => Answer::Maybe,
            _ => Answer::No,
        },
        certain: detail.evaluation().is_none_or(|evaluation| evaluation.as_str() == "Static"),
        before: target.before_value().map(str::to_owned),
        after: target.after_value().map(str::to_owned),
    })
}

/// `/Properties/Tags/0/Value` is `Tags[0].Value`.
fn dotted(path: &str) -> String {
    let steps = path.trim_start_matches("/Properties/").split('/').map(|step| match step.parse() {
        Ok(index) => PathStep::Index(index),
        Err(_) => PathStep::Key(Symbol::new(&step.replace("~1", "/").replace("~0", "~"))),
    });
    path::display(&steps.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::{
        ChangeAction, EvaluationType, Replacement, RequiresRecreation, ResourceAttribute, ResourceTargetDefinition,
    };

    use super::*;

    fn detail(path: &str, evaluation: EvaluationType, values: Option<(&str, &str)>) -> ResourceChangeDetail {
        let target = ResourceTargetDefinition::builder()
            .attribute(ResourceAttribute::Properties)
            .name("LaunchTemplate")
            .set_path(Some(path.to_owned()).filter(|path| !path.is_empty()))
            .requires_recreation(RequiresRecreation::Conditionally)
            .set_before_value(values.map(|(before, _)| before.to_owned()))
            .set_after_value(values.map(|(_, after)| after.to_owned()));
        ResourceChangeDetail::builder().target(target.build()).evaluation(evaluation).build()
    }

    #[test]
    fn a_property_is_told_once_with_all_that_is_known_of_it() {
        let path = "/Properties/LaunchTemplate/Version";
        let change = ResourceChange::builder()
            .action(ChangeAction::Modify)
            .logical_resource_id("Nodes")
            .replacement(Replacement::Conditional)
            .details(detail(path, EvaluationType::Dynamic, None))
            .details(detail(path, EvaluationType::Static, Some(("1", "2"))))
            .details(detail("", EvaluationType::Dynamic, None))
            .build();
        let said = foreseen(&change);
        assert_eq!((said.act, said.replaced), (Act::Modify, Answer::Maybe));
        let [version, whole] = said.causes.as_slice() else { unreachable!("{:?}", said.causes) };
        assert_eq!((version.path.as_str(), version.certain), ("LaunchTemplate.Version", true));
        assert_eq!((version.before.as_deref(), version.after.as_deref()), (Some("1"), Some("2")));
        assert_eq!((whole.path.as_str(), whole.certain), ("LaunchTemplate", false));
    }

    #[test]
    fn paths_are_written_as_ours() {
        assert_eq!(dotted("/Properties/Tags/0/Value"), "Tags[0].Value");
        assert_eq!(dotted("/Properties/Labels/a~1b"), r#"Labels["a/b"]"#);
    }
}
