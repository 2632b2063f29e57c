//! Codes of `place`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0401 "pool fits none of its options",
    T0402 "pool only partly placed",
    T0403 "too many groups",
    T0404 "capacity starts later",
    T0405 "window ends",
    T0406 "group_nodes without effect",
    T0410 "too late to fall back",
    T0411 "fallback not for this reason",
    T0412 "capacity ends and its pool goes on",
    T0413 "group larger than its cloud holds together",
    T0414 "capacity is over and its pool runs nowhere else",
}
