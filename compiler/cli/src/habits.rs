//! Flags and commands that people bring along from Terraform and that are none here: the way that is. Must not know
//! what any command does.

/// A flag, and what is done instead.
const WAYS: [(&str, &str); 15] = [
    (
        "target",
        "a plan is of the whole fleet, or what it says of capacity and money would be of nothing; to change less, change less in the files",
    ),
    (
        "replace",
        "nothing is replaced by a flag; change a property that can only be set at creation, and the plan says what that stops",
    ),
    ("refresh-only", "every plan shows what others changed; `tonnage adopt` writes it into the files"),
    ("state", "there is no state file: clouds are asked, and the ledger lies where `ledger` in the `fleet` block says"),
    (
        "state-out",
        "there is no state file: clouds are asked, and the ledger lies where `ledger` in the `fleet` block says",
    ),
    ("backup", "the ledger never overwrites anything"),
    ("backend-config", "write `ledger` in the `fleet` block"),
    ("reconfigure", "write `ledger` in the `fleet` block"),
    ("migrate-state", "copy the ledger to its new place, and write that as `ledger` in the `fleet` block"),
    ("upgrade", "there is nothing to download: the standard library is in the program"),
    (
        "lock",
        "only `apply` takes the lock, and only while it works; who holds one is named, and `tonnage unlock` releases one that was left behind",
    ),
    ("compact-warnings", "`validate -short` prints a line for each finding"),
    ("generate-config-out", "`tonnage adopt` writes what is live into the files"),
    ("concise", "what is alike is one line always"),
    ("force-copy", "copy the ledger to its new place, and write that as `ledger` in the `fleet` block"),
];

/// What is done instead of a flag, as it was written.
pub(crate) fn way(flag: &str) -> Option<&'static str> {
    let name = flag.trim_start_matches('-');
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    WAYS.iter().find(|(known, _)| *known == name).map(|(_, way)| *way)
}

/// A command, and what is done instead.
const COMMANDS: [(&str, &str); 12] = [
    (
        "state",
        "there is no state file: `tonnage show` says what is live; rename with a `moved` block, let go of with a `removed` block",
    ),
    ("import", "write an `import` block: the plan shows what differs before anything comes under management"),
    (
        "taint",
        "nothing is replaced by a command: change a property that can only be set at creation, and the plan says what that stops",
    ),
    ("untaint", "nothing is marked to be replaced: the plan says what is, and why"),
    ("refresh", "every plan reads the clouds and shows what others changed; `tonnage adopt` writes it into the files"),
    ("output", "`tonnage plan` and `tonnage apply` print the outputs; `plan -json` has them for machines"),
    ("workspace", "a fleet is a folder with a ledger of its own; `-chdir=DIR` works in another"),
    ("providers", "the clouds are in the program: a `cloud` block names each that the fleet uses"),
    ("console", "`tonnage why ADDRESS` traces a value back to the lines that decide it"),
    ("force-unlock", "`tonnage unlock` releases a lock that was left behind"),
    ("login", "credentials are what the environment leads to, or `credentials` in the `cloud` block"),
    ("get", "modules are folders of this repository: there is nothing to fetch"),
];

/// What is done instead of a command.
pub(crate) fn instead(command: &str) -> Option<&'static str> {
    COMMANDS.iter().find(|(known, _)| *known == command).map(|(_, way)| *way)
}
