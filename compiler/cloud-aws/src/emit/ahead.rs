//! What comes ahead of a unit's own template: the live template with resources marked to be kept, or with others that
//! are taken in. Pure: text to text. Must not know the service.
//!
//! CloudFormation takes an import only alone: nothing else in the template may change, so it is the live template and
//! not the wanted one that is changed here.

use serde_json::{Map, Value, json};
use tonnage_plan::model::Ahead;

/// The template that brings it about; none where the live one says it all already. `live` is none where there is no
/// stack.
pub fn template(ahead: &Ahead, live: Option<&str>) -> Result<Option<String>, String> {
    let read = |text: &str| match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(root)) => Ok(root),
        Ok(_) => Err("its template is not an object".to_owned()),
        Err(error) => Err(format!("its template can't be read: {error}")),
    };
    let mut root = match (ahead, live) {
        (_, Some(live)) => read(live)?,
        (Ahead::Import { document, .. }, None) => return Ok(Some(document.clone())),
        (Ahead::Retain(_), None) => return Err("it is not there any more".to_owned()),
    };
    let Some(resources) = root.get_mut("Resources").and_then(Value::as_object_mut) else {
        return Err("its template has no resources".to_owned());
    };
    let changed = match ahead {
        Ahead::Retain(names) => {
            let mut changed = false;
            for name in names {
                changed |= resources.get_mut(name.as_str()).and_then(Value::as_object_mut).is_some_and(retain);
            }
            changed
        }
        Ahead::Import { document, .. } => {
            let mut alone = read(document)?;
            let coming = alone.get_mut("Resources").and_then(Value::as_object_mut).map(std::mem::take);
            let before = resources.len();
            for (name, resource) in coming.unwrap_or_default() {
                resources.entry(name).or_insert(resource);
            }
            resources.len() > before
        }
    };
    Ok(changed.then(|| Value::Object(root).to_string()))
}

/// Marks a resource to be kept. An edit of `DeletionPolicy` alone is no change to CloudFormation, so the metadata say
/// it too, as in a template of a unit.
fn retain(resource: &mut Map<String, Value>) -> bool {
    if resource.get("DeletionPolicy").and_then(Value::as_str) == Some("Retain") {
        return false;
    }
    resource.insert("DeletionPolicy".to_owned(), json!("Retain"));
    let replaced = resource.entry("UpdateReplacePolicy").or_insert_with(|| json!("Delete"));
    let word = if replaced.as_str() == Some("Retain") { "always" } else { "delete" };
    let kept =
        resource.get_mut("Metadata").and_then(|metadata| metadata.get_mut("Tonnage")).and_then(Value::as_object_mut);
    if let Some(kept) = kept {
        kept.insert("Retain".to_owned(), json!(word));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_base::Symbol;

    const LIVE: &str = r#"{"Metadata":{"Tonnage":{"Version":1,"Fleet":"f","Unit":"u"}},"Parameters":{"P":{"Type":"String"}},
"Resources":{"Vpc":{"Type":"AWS::EC2::VPC","Metadata":{"Tonnage":{"Address":"resource.vpc"}},"Properties":{"CidrBlock":"10.0.0.0/16"}},
"Kept":{"Type":"AWS::EC2::VPC","DeletionPolicy":"Retain","UpdateReplacePolicy":"Retain"}},"Outputs":{"O":{"Value":{"Ref":"Vpc"}}}}"#;

    fn parsed(text: Option<String>) -> Value {
        serde_json::from_str(&text.expect("a change")).expect("JSON")
    }

    #[test]
    fn what_is_to_be_kept_is_marked_where_cloudformation_sees_it_and_nothing_else_changes() {
        let ahead = Ahead::Retain(vec![Symbol::new("Vpc"), Symbol::new("Kept")]);
        let marked = parsed(template(&ahead, Some(LIVE)).expect("ours"));
        let vpc = &marked["Resources"]["Vpc"];
        assert_eq!((&vpc["DeletionPolicy"], &vpc["UpdateReplacePolicy"]), (&json!("Retain"), &json!("Delete")));
        assert_eq!(vpc["Metadata"]["Tonnage"], json!({"Address": "resource.vpc", "Retain": "delete"}));
        let before: Value = serde_json::from_str(LIVE).expect("JSON");
        assert_eq!(marked["Resources"]["Kept"], before["Resources"]["Kept"]);
        assert_eq!((&marked["Outputs"], &marked["Parameters"]), (&before["Outputs"], &before["Parameters"]));
        let again = template(&ahead, Some(&marked.to_string()));
        assert_eq!(again, Ok(None));
        assert!(template(&ahead, None).is_err());
    }

    #[test]
    fn what_is_taken_in_joins_the_live_template_and_nothing_else_changes() {
        let document = r#"{"Metadata":{"Tonnage":{"Version":1,"Fleet":"f","Unit":"u"}},"Resources":{"Sub":{"Type":"AWS::EC2::Subnet","DeletionPolicy":"Retain"}}}"#;
        let ahead = Ahead::Import { resources: Vec::new(), document: document.to_owned() };
        let joined = parsed(template(&ahead, Some(LIVE)).expect("ours"));
        let before: Value = serde_json::from_str(LIVE).expect("JSON");
        assert_eq!(joined["Resources"]["Sub"]["DeletionPolicy"], json!("Retain"));
        assert_eq!(joined["Resources"]["Vpc"], before["Resources"]["Vpc"]);
        assert_eq!(joined["Outputs"], before["Outputs"]);
        assert_eq!(template(&ahead, Some(&joined.to_string())), Ok(None));
        assert_eq!(template(&ahead, None), Ok(Some(document.to_owned())));
    }
}
