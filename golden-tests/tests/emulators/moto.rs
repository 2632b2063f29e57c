//! moto says CREATE_COMPLETE of what it does not know, and leaves it out. A status is not believed.

use std::path::Path;

use crate::fleet::Fleet;
use crate::testbed::{ACCOUNT, Server};

#[test]
fn what_was_accepted_and_is_not_there_is_named() {
    let server = Server::moto();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/training-4096");
    let fleet = Fleet::of(&example, Some(server.endpoint()));
    fleet.edit(r#"account = "111122223333""#, &format!("account = \"{ACCOUNT}\""));
    let missing = ["efa_any", "efa_in", "efa_out"].map(|name| format!(r#"network.default.{name}["aws/us-east-2"]"#));
    let said = fleet.apply().code(1).says(&["T0712", "3 resources not there", "Apply failed."]);
    for address in &missing {
        assert!(said.err.contains(&format!("{address} was accepted by the service but is not there")), "{said}");
    }
    assert!(!said.out.contains("Apply complete"), "{said}");
    // Nothing is built on what is not there.
    let found = server.read_back();
    assert_eq!(found["stacks"], serde_json::json!({ "training-4096-network-default-1": "CREATE_COMPLETE" }));
    assert_eq!(found["groups"], serde_json::json!([]));
    // The next plan knows it too.
    let changes = fleet.changes();
    for address in &missing {
        assert!(changes.contains(&(address.clone(), "create".to_owned())), "{changes:#?}");
    }
    fleet.tonnage(&["plan"]).code(0).says(&["accepted by the cloud once, but not there"]);
}
