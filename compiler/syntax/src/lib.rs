//! Text to a tree with spans, and the formatter. The only crate that names the HCL library.
//!
//! Parsing never fails: it gives the tree as far as the text could be read, and everything that is wrong with it.
//! Must not know what a block or a name means, nor where text comes from.

mod brackets;
pub mod comments;
pub mod compare;
pub mod cursor;
mod explain;
mod expr;
mod format;
mod items;
mod keys;
mod lex;
mod lower;
mod parse;
mod template;
#[cfg(test)]
mod tests;
pub mod tree;

pub use comments::comments;
pub use compare::SameMeaning;
pub use format::{Edit, format, format_edits, format_range, unified_diff};
pub use items::{closed_items, items, parse_item};
pub use parse::parse;
pub use tree::Module;
