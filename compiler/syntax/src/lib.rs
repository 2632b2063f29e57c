//! Text to a tree with spans.
pub mod tree;
pub use tree::Module;
