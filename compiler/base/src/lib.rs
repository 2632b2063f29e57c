//! What every phase shares: source positions, interned names, typed ids, quantities, diagnostics as plain data.
//!
//! Must not know: HCL, clouds, plans, terminals, files on disk. Nothing here does IO.

pub mod clock;
pub mod code;
pub mod codes;
pub mod diagnostic;
pub mod hash;
pub mod index;
pub mod market;
pub mod quantity;
pub mod range;
pub mod source;
pub mod span;
pub mod suggest;
pub mod symbol;
pub mod symbol_map;

pub use clock::{Clock, Timestamp};
pub use code::Code;
pub use diagnostic::{Diagnostic, Label, Severity, Suggestion};
pub use index::IndexVec;
pub use market::Market;
pub use range::Range;
pub use source::{SourceFile, SourceMap};
pub use span::{At, FileId, Span};
pub use symbol::Symbol;
pub use symbol_map::SymbolMap;

pub use jiff::civil::Date;
pub use rust_decimal::Decimal;
