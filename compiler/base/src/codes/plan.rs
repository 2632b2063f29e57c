//! Codes of `plan`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0601 "resources wait for each other",
    T0602 "moved but still declared",
    T0603 "moved to nothing",
    T0604 "moves contradict each other",
    T0605 "moved onto something live",
    T0606 "unit is stuck",
    T0607 "unit is busy",
    T0608 "units would wait for each other",
    T0609 "resource does not fit a unit",
    T0610 "unit has outgrown its limits",
    T0611 "body nested too deeply",
    T0612 "no such cloud for a unit",
    T0613 "unit changed only to pass values on",
    T0614 "unit holds what could not be read",
    T0620 "not a plan file",
    T0621 "plan file of another version",
    T0622 "plan file was changed",
    T0627 "drift that can't be ignored alone",
    T0633 "replaced under its own name",
}
