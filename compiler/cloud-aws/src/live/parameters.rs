//! What a change set is given: the values of parameters, and a name that says what is in it. Must not make one.

use sha2::{Digest, Sha256};
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{CloudError, UnitRequest};
use tonnage_plan::model::Giver;

/// How the names of change sets begin.
pub const NAMED: &str = "tonnage-";

/// A name that says what is in the change set, and so is the same when the same plan is applied again.
pub fn name(request: &UnitRequest, values: &[(Symbol, Given)]) -> String {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    field(&request.token);
    field(&request.unit.document);
    for (key, value) in values {
        field(key.as_str());
        // Names of change sets are seen by everybody.
        if let Given::Value(text) = value {
            field(text);
        }
    }
    let mut digits = hex::encode(hash.finalize());
    digits.truncate(32);
    format!("{NAMED}{digits}")
}

/// What a parameter is given.
pub enum Given {
    /// A value that everybody may see.
    Value(String),
    /// One that nobody may.
    Secret(String),
    /// The secret that the stack has.
    Kept,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Value(text) => text,
            Self::Secret(_) => "(sensitive)",
            Self::Kept => "(kept)",
        })
    }
}

impl Given {
    /// What everybody may see of it.
    pub fn text(&self) -> &str {
        match self {
            Self::Value(text) => text,
            Self::Secret(_) | Self::Kept => "",
        }
    }
}

/// The values of all parameters, in order of their names.
pub fn parameter_values(request: &UnitRequest) -> Result<Vec<(Symbol, Given)>, CloudError> {
    let unit = &request.unit;
    let mut values = Vec::with_capacity(unit.parameters.len());
    for parameter in &unit.parameters {
        if parameter.from == (Giver::Secret { kept: true }) {
            values.push((parameter.name, Given::Kept));
            continue;
        }
        let Some((_, value)) = request.parameters.iter().find(|(name, _)| *name == parameter.name) else {
            return Err(CloudError::Refused {
                operation: format!("change set of {}", unit.name),
                reason: format!("its parameter {} ({}) has no value yet", parameter.name, parameter.reference.address),
            });
        };
        let secret = matches!(parameter.from, Giver::Secret { .. });
        let value = value.clone();
        values.push((parameter.name, if secret { Given::Secret(value) } else { Given::Value(value) }));
    }
    values.sort_by_key(|(name, _)| *name);
    Ok(values)
}

#[cfg(test)]
mod tests {
    use tonnage_graph::Reference;
    use tonnage_plan::model::{Parameter as UnitParameter, UnitId};

    use super::*;
    use crate::emit::tests::{member, symbol, unit};

    fn request() -> UnitRequest {
        let mut unit = unit(vec![member("resource.a", "A", "AWS::EC2::VPC", "{}")]);
        unit.document = "{}".into();
        unit.parameters = ["B", "A"]
            .map(|name| UnitParameter {
                name: symbol(name),
                from: Giver::Unit { unit: UnitId(0), output: symbol(name) },
                reference: Reference { address: symbol("network.default.vpc"), attribute: None },
            })
            .into();
        let parameters = vec![(symbol("A"), "vpc-1".into()), (symbol("B"), "vpc-2".into())];
        UnitRequest { unit, parameters, fleet: symbol("serving"), token: "sha256:9f2c".into(), ahead: None }
    }

    fn named(request: &UnitRequest) -> String {
        name(request, &parameter_values(request).expect("values"))
    }

    #[test]
    fn the_name_of_a_change_set_says_what_is_in_it() {
        let before = named(&request());
        assert_eq!(before, named(&request()));
        assert!(before.len() <= 128 && before.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{before}");
        let mut other = request();
        other.unit.document.push(' ');
        assert_ne!(before, named(&other));
        let mut other = request();
        other.token.push('0');
        assert_ne!(before, named(&other));
        let mut other = request();
        other.parameters = vec![(symbol("A"), "vpc-1".into()), (symbol("B"), "vpc-3".into())];
        assert_ne!(before, named(&other));
    }

    #[test]
    fn the_name_of_a_change_set_says_nothing_of_a_secret() {
        let mut one = request();
        one.unit.parameters.iter_mut().for_each(|p| p.from = Giver::Secret { kept: false });
        let mut other = one.clone();
        other.parameters = vec![(symbol("A"), "hunter2".into()), (symbol("B"), "swordfish".into())];
        assert_eq!(named(&one), named(&other));
        let values = parameter_values(&other).expect("values");
        assert!(matches!(values.as_slice(), [(_, Given::Secret(a)), _] if a == "hunter2"), "{values:?}");
        assert!(!format!("{values:?}").contains("hunter2"));
        other.unit.parameters.iter_mut().for_each(|p| p.from = Giver::Secret { kept: true });
        other.parameters.clear();
        let values = parameter_values(&other).expect("values");
        assert!(matches!(values.as_slice(), [(_, Given::Kept), (_, Given::Kept)]), "{values:?}");
    }

    #[test]
    fn parameters_are_in_order_and_complete() {
        let values = parameter_values(&request()).expect("values");
        assert_eq!(values.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        let mut missing = request();
        missing.parameters.pop();
        let error = parameter_values(&missing).expect_err("B has no value");
        assert!(error.to_string().contains("parameter B (network.default.vpc) has no value yet"), "{error}");
    }
}
