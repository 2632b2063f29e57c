//! Codes of `ledger`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0801 "not the address of a ledger",
    T0802 "the ledger is locked",
    T0803 "the lock was lost",
    T0804 "no such lock",
    T0805 "an object of the ledger is damaged",
    T0806 "the ledger was written by a later version",
    T0807 "somebody else wrote this record",
    T0808 "the ledger does not answer",
    T0809 "the ledger's bucket is not there",
    T0810 "no credentials for the ledger's bucket",
    T0811 "the ledger's bucket is refused",
}
