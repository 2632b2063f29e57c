//! Codes of `driver`. Must not hold text that a person reads: pages are Markdown files.

crate::codes! {
    T0901 "file or folder can't be read",
    T0902 "no fleet files",
    T0903 "variable file or value can't be read",
    T0904 "what a cloud keeps can't be understood",
    T0905 "nothing known at that address",
    T0906 "not as the test expects",
    T0907 "cannot be known in the test",
    T0908 "the world of a test is not understood",
    T0909 "nothing to adopt",
    T0910 "what is live can't be written back",
    T0913 "a secret has no value",
    T0914 "a cloud left the files with something in it",
    T0915 "the ledger of another fleet",
    T0916 "an address that matches nothing",
    T0917 "a plan of another fleet",
}
