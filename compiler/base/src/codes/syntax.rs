//! Codes of `syntax`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {}
