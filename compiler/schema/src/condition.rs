//! Conditions in the cells of tables: a word, `/A/B=v`, `/A/B`, `@beside/A=v`; `!` before one negates it. Case does not
//! count in a value: a service that takes `Spot` takes `spot`. Must not know what words there are, nor what a body is:
//! that is asked through [`Situation`].

use crate::path::Pattern;

/// What is true of a change, or of a body. Words are the table's: `fewer`, `more`, `wider`, `added`, `removed`,
/// `retained`, `create_first`, `reserved`, `in_use`, `follows:TYPE`.
pub trait Situation {
    /// Whether a word holds.
    fn is(&self, word: &str) -> bool;
    /// The text of a property; empty for a list or a map; none where it is absent.
    fn property(&self, place: &Pattern) -> Option<String>;
    /// The same of what stands beside the properties: `update_policy/AutoScalingRollingUpdate`.
    fn beside(&self, place: &Pattern) -> Option<String>;
}

/// One condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    negated: bool,
    asked: Asked,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Asked {
    Word(String),
    Value {
        place: Pattern,
        beside: bool,
        /// None: whatever stands there.
        equals: Option<String>,
    },
}

impl Condition {
    /// As it stands in a cell.
    pub fn parse(text: &str) -> Self {
        let (negated, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (beside, place) = match (text.strip_prefix('/'), text.strip_prefix('@')) {
            (Some(place), _) => (false, place),
            (_, Some(place)) => (true, place),
            _ => return Self { negated, asked: Asked::Word(text.to_owned()) },
        };
        let (place, equals) =
            place.split_once('=').map_or((place, None), |(place, value)| (place, Some(value.to_owned())));
        Self { negated, asked: Asked::Value { place: Pattern::parse(place), beside, equals } }
    }

    /// Whether it holds.
    pub fn holds(&self, situation: &dyn Situation) -> bool {
        let holds = match &self.asked {
            Asked::Word(word) => situation.is(word),
            Asked::Value { place, beside, equals } => {
                let found = if *beside { situation.beside(place) } else { situation.property(place) };
                match (found, equals) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(found), Some(wanted)) => found.eq_ignore_ascii_case(wanted),
                }
            }
        };
        holds != self.negated
    }

    /// The property that it asks for; none where it asks for something else.
    pub const fn place(&self) -> Option<&Pattern> {
        match &self.asked {
            Asked::Value { place, beside: false, .. } => Some(place),
            Asked::Value { .. } | Asked::Word(_) => None,
        }
    }

    /// Whether it depends on this word.
    pub fn asks(&self, word: &str) -> bool {
        matches!(&self.asked, Asked::Word(asked) if asked == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body that has one property.
    struct Body(&'static str, &'static str);

    impl Situation for Body {
        fn is(&self, word: &str) -> bool {
            word == "there"
        }
        fn property(&self, place: &Pattern) -> Option<String> {
            (place.to_string() == self.0).then(|| self.1.to_owned())
        }
        fn beside(&self, _place: &Pattern) -> Option<String> {
            None
        }
    }

    #[test]
    fn one_rule_holds_for_every_table() {
        let holds = |text: &str| Condition::parse(text).holds(&Body("A/B", "Efa-Only"));
        assert_eq!(["/A/B=efa-only", "!/A/B=efa-only", "/A/B=efa"].map(holds), [true, false, false]);
        assert_eq!(["/A/B", "/A", "!/A", "!/A=x"].map(holds), [true, false, true, true]);
        assert_eq!(["there", "!there", "gone", "@A/B"].map(holds), [true, false, false, false]);
    }
}
