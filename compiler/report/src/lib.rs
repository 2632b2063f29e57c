//! Diagnostics and plans as text, Markdown, JSON, SARIF, a page and pictures. One structure ([`view::PlanView`]) is
//! made from a Plan; every format is written from it.
//!
//! Must not know: files, terminals (width and colour are handed in), how a plan is made. No logic of its own.

pub mod alarms;
mod alike;
pub mod burn;
pub mod cascade;
pub mod diagnostics;
pub mod difference;
pub mod drift;
pub mod fold;
pub mod gap;
pub mod graph;
pub mod halfway;
pub mod inside;
pub mod json;
pub mod markdown;
pub mod markup;
pub mod moves;
mod opened;
pub mod opinion;
pub mod page;
pub mod places;
pub mod preflight;
pub mod risks;
pub mod roll_up;
pub mod sarif;
pub mod spend;
pub mod style;
pub mod table;
pub mod term;
pub mod text;
pub mod timeline;
pub mod units;
pub mod unstarted;
pub mod values;
pub mod view;
pub mod words;

pub use style::Style;
pub use view::PlanView;
