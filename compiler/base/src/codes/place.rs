//! Codes of `place`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0401 "pool fits none of its options",
    T0402 "pool only partly placed",
}
