//! Codes of `cloud`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0701 "the cloud does not answer",
    T0702 "the cloud does not allow it",
    T0703 "the cloud is called too often",
    T0704 "a unit has changed since the plan was made",
    T0705 "a unit can't be changed in its state",
    T0706 "the cloud refuses the request",
    T0707 "stopped on request",
    T0708 "what the embedded cloud keeps can't be read",
    T0710 "a resource failed",
    T0711 "a group is not full",
    T0712 "accepted by the service but not there",
    T0713 "a value from another unit is missing",
    T0714 "a unit's cloud is not known",
    T0771 "a reference that its unit can't resolve",
    T0772 "a property that CloudFormation would read as a function",
    T0774 "a value that a template can't hold",
    T0775 "no such live object",
    T0776 "several live objects",
    T0777 "a live object can't be read",
    T0781 "nothing says how its cloud makes a resource",
}
