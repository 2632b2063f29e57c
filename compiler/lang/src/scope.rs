//! What names mean while an expression is evaluated. Must not know any particular name.

use tonnage_base::Symbol;

use crate::value::Value;

/// A declared thing, or a family of them, whose attributes are looked up by name.
pub trait Namespace: std::fmt::Debug + Send + Sync {
    /// What it is, for messages: ``cloud `aws` ``, `the clouds of this fleet`.
    fn describe(&self) -> String;
    /// The attribute of this name; none where there is no such name.
    fn get(&self, name: Symbol) -> Option<Value>;
    /// `[key]` on it (a resource with `for_each`); none where it can't be indexed so.
    fn index(&self, _key: &Value) -> Option<Value> {
        None
    }
    /// All names, for suggestions.
    fn names(&self) -> Vec<Symbol>;
    /// For one declared thing: the kind of its block and its name (`cloud`, `aws`). None for families.
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        None
    }
}

/// Root names while an expression is evaluated.
pub trait Scope {
    /// The value of a bare name; none where there is no such name.
    fn lookup(&self, name: Symbol) -> Option<Value>;
    /// All root names, for suggestions.
    fn names(&self) -> Vec<Symbol>;
}
