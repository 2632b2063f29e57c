//! Codes of `lower`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0501 "no lowering for this cloud",
    T0502 "the pool has no image for its cloud",
    T0503 "not a value of a property",
    T0504 "unusable `for_each` or `when`",
    T0505 "two resources with one address",
    T0506 "reference to a resource that is not made",
    T0507 "text put together across sites",
    T0508 "no place to build a resource",
    T0509 "unusable `holds`",
    T0510 "unusable `depends_on`",
    T0511 "`when` is neither true nor false",
    T0512 "unknown resource type",
    T0513 "unknown property",
    T0514 "wrong type of a property",
    T0515 "property that can't be set",
    T0516 "missing property",
    T0517 "value that is not allowed",
    T0518 "value out of bounds",
    T0523 "resource type of another cloud",
}
