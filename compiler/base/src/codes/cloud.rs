//! Codes of `cloud`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0770 "a unit exceeds a limit of CloudFormation",
    T0771 "a reference that its unit can't resolve",
    T0772 "a property that CloudFormation would read as a function",
    T0773 "a name that CloudFormation does not take",
    T0774 "a value that a template can't hold",
}
