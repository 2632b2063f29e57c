//! Whether what somebody else did lets more in. Must not know which properties decide that: a table says.

use tonnage_base::Symbol;
use tonnage_graph::{Node, ValueId, Values};
use tonnage_schema::{Access, PathStep, Wider};

use crate::change::Opens;

/// What became of who gets in by a property that was as applied and is as live; none where it does not decide that, or lets in
/// no more than it did for sure.
pub fn opens(
    access: &Access,
    values: &Values,
    (kind, path): (Symbol, &[PathStep]),
    (applied, live): (Option<ValueId>, Option<ValueId>),
) -> Option<Opens> {
    let is_on = || live.is_some_and(|id| says(values, id, "true"));
    let items = |side: Option<ValueId>| side.map_or(&[][..], |id| values.items(id));
    let is_list = |id: ValueId| matches!(values.node(id), Node::List(_));
    let wider = match access.of(kind, path)? {
        Wider::Any => return Some(Opens::Otherwise),
        Wider::On => is_on(),
        Wider::Off => !is_on(),
        Wider::More if live.is_some_and(is_list) => items(live).iter().any(|item| !items(applied).contains(item)),
        Wider::More => live.is_some(),
    };
    wider.then_some(Opens::Wider)
}

fn says(values: &Values, id: ValueId, word: &str) -> bool {
    match values.node(id) {
        Node::Bool(value) => value.to_string() == word,
        Node::String(text) => text.as_str().eq_ignore_ascii_case(word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_entries_let_more_in_and_fewer_do_not() {
        let access = Access::load("type,property,wider,source\nT,In,more,t\nT,Block,off,t\nT,Open,on,t\nT,Doc,any,t\n");
        let access = access.expect("a table");
        let mut values = Values::new();
        let mut of = |path: &str, applied: &str, live: &str| {
            let mut read = |text: &str| (!text.is_empty()).then(|| values.from_json(text).expect("a value"));
            let sides = (read(applied), read(live));
            opens(&access, &values, (Symbol::new("T"), &tonnage_schema::path::parse(path)), sides)
        };
        let wider = Some(Opens::Wider);
        assert_eq!(of("In", "[1]", "[1,2]"), wider);
        assert_eq!(of("In", "[1,2]", "[1]"), None);
        assert_eq!(of("In", "", "[1]"), wider);
        assert_eq!(of("In[0]", "1", "2"), wider);
        assert_eq!(of("In[0]", "1", ""), None);
        assert_eq!(of("Block", "true", "false"), wider);
        assert_eq!(of("Block", "true", ""), wider, "what is not there keeps nobody out");
        assert_eq!(of("Block", "false", "\"true\""), None);
        assert_eq!(of("Open", "false", "true"), wider);
        assert_eq!(of("Open", "true", "false"), None);
        assert_eq!(of("Doc.A", "1", "2"), Some(Opens::Otherwise));
        assert_eq!(of("Else", "1", "2"), None);
    }
}
