//! What a service reports beside what was applied. Must not know how it was asked for.

use tonnage_base::Symbol;
use tonnage_graph::Values;

/// The properties that were never set, of all that are reported; none where one of the texts can't be read.
pub fn beside(applied: &str, properties: &str) -> Option<Symbol> {
    let mut values = Values::new();
    let [applied, whole] = [applied, properties].map(|text| values.from_json(text).ok());
    let (_, beside) = values.split(applied?, whole?);
    Some(Symbol::new(&values.to_json(beside)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_set_is_left_out_whatever_it_is_now() {
        let applied = r#"{"VpcId":{"$ref":"network.default.vpc"},"Options":{"A":1},"Tags":[{"Key":"a"}]}"#;
        let properties = r#"{"VpcId":"vpc-1","Options":{"A":2,"B":true},"Tags":[],"Name":"n"}"#;
        let beside = |properties: &str| super::beside(applied, properties).map(tonnage_base::Symbol::as_str);
        assert_eq!(beside(properties), Some(r#"{"Name":"n","Options":{"B":true}}"#));
        assert_eq!(beside("{}"), Some("{}"));
        assert_eq!(beside("not JSON"), None);
    }
}
