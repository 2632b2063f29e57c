//! Codes of `driver`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {}
