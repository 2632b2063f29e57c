//! `tonnage version`.

use crate::{arguments::Version, exit, io::Io};

/// Prints the version.
pub fn run(args: &Version, io: &mut Io) -> u8 {
    let version = env!("CARGO_PKG_VERSION");
    if args.json {
        io.print(&format!("{}\n", serde_json::json!({"tonnage_version": version, "language": 1})));
    } else {
        io.print(&format!("Tonnage v{version}\n"));
    }
    exit::OK
}
