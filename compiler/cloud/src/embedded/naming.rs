//! Identifiers and attributes that the embedded cloud gives, the same ones in every run. Must not know any type: words
//! come from the type's own name, attributes from its schema.
//!
//! An identifier is made of the unit's name and a count within the unit, so that units applied side by side get the
//! same ones whichever is faster.

use sha2::{Digest, Sha256};
use tonnage_base::Symbol;
use tonnage_schema::{PathStep, PropertyType, ResourceType};

/// `subnet-5e8f1c2a00003`: the type's last word, the unit, the count.
pub(super) fn physical_id(kind: Symbol, unit: &str, count: u64) -> Symbol {
    let word = kind.as_str().rsplit(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or("resource");
    let mut hash = hex::encode(Sha256::digest(unit));
    hash.truncate(8);
    Symbol::new(&format!("{}-{hash}{count:05}", word.to_lowercase()))
}

/// The property that names a resource of this type, where an author can set it.
pub(super) fn naming_property(facts: &ResourceType) -> Option<Symbol> {
    let [only] = facts.identifier() else { return None };
    let [Some(name)] = only.steps() else { return None };
    (!facts.read_only(&[PathStep::Key(*name)])).then_some(*name)
}

/// How an attribute comes to its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rule {
    /// It is the identifier.
    Identifier,
    /// A number that goes up with every change in place.
    Counter,
    /// `false`.
    False,
    /// `arn:embedded:…`.
    Arn,
    /// The identifier and the attribute's name.
    Text,
}

/// The rule of an attribute, by the schema's type for it or, where it is unknown, by its name.
pub(super) fn rule(facts: Option<&ResourceType>, name: Symbol) -> Rule {
    let text = name.as_str();
    if let Some(facts) = facts {
        if let [only] = facts.identifier()
            && only.to_string() == text
        {
            return Rule::Identifier;
        }
        let path: Vec<PathStep> = text.split('.').map(PathStep::from).collect();
        match facts.property(&path).map(|property| property.kind) {
            Some(PropertyType::Integer(_) | PropertyType::Number(_)) => return Rule::Counter,
            Some(PropertyType::Boolean) => return Rule::False,
            _ => {}
        }
    }
    let last = text.rsplit('.').next().unwrap_or(text);
    if last.ends_with("VersionNumber") {
        // Some schemas give version numbers as text.
        Rule::Counter
    } else if last.to_lowercase().ends_with("arn") {
        Rule::Arn
    } else {
        Rule::Text
    }
}

/// The value of an attribute. `updates` counts changes in place since creation.
pub(super) fn attribute(rule: Rule, kind: Symbol, region: Symbol, id: Symbol, updates: u64, name: Symbol) -> Symbol {
    match rule {
        Rule::Identifier => id,
        Rule::Counter => Symbol::new(&(updates + 1).to_string()),
        Rule::False => Symbol::new("false"),
        Rule::Arn => Symbol::new(&format!("arn:embedded:{kind}:{region}:{id}")),
        Rule::Text => Symbol::new(&format!("{id}.{name}")),
    }
}

#[cfg(test)]
mod tests {
    use tonnage_schema::Schemas;

    use super::*;

    #[test]
    fn identifiers_say_what_they_are_and_differ_by_unit_and_count() {
        let kind = Symbol::new("T::Net::SubNet");
        let id = physical_id(kind, "aws/r/u", 3);
        assert!(id.as_str().starts_with("subnet-") && id.as_str().ends_with("00003"), "{id}");
        assert_ne!(id, physical_id(kind, "aws/r/v", 3));
        assert!(physical_id(Symbol::new("Ms.Net/virtualNetworks"), "u", 1).as_str().starts_with("virtualnetworks-"));
        assert!(physical_id(Symbol::new("::"), "u", 1).as_str().starts_with("resource-"));
    }

    #[test]
    fn attributes_follow_the_schema() {
        let schemas = Schemas::load(
            "{\n\"T::A\":{\"p\":{\"AId\":\"s\",\"Version\":\"i\",\"Arn\":\"s\",\"Dns\":\"s\"},\"ro\":[\"AId\",\"Version\",\"Arn\"],\"id\":[\"AId\"]}\n}",
        );
        let (kind, region, id) = (Symbol::new("T::A"), Symbol::new("r"), Symbol::new("a-1"));
        let value = |name: &str| {
            let name = Symbol::new(name);
            attribute(rule(schemas.get(kind), name), kind, region, id, 2, name)
        };
        assert_eq!(value("AId"), "a-1");
        assert_eq!(value("Version"), "3");
        assert_eq!(value("LatestVersionNumber"), "3");
        assert_eq!(value("Arn"), "arn:embedded:T::A:r:a-1");
        assert_eq!(value("Dns"), "a-1.Dns");
    }
}
