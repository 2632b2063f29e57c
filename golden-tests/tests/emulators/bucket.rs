//! The ledger in a bucket: what one machine did another one knows, one apply at a time, and an apply that is killed or
//! loses the bucket goes on where it was. Read back by clients that are not ours.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::testbed::{Server, free_port};

const BUCKET: &str = "lab-ledgers";
const LEDGER: &str = "s3://lab-ledgers/fleets/site";

/// The fleet `site` on another machine each time, its clouds at `endpoint` and its ledger in a bucket.
fn machine(endpoint: &str, ledger: &str) -> Fleet {
    let fleet = Fleet::new("site", endpoint);
    fleet.edit("  language = 1\n", &format!("  language = 1\n  ledger   = \"{ledger}\"\n"));
    fleet
}

fn with_bucket() -> Server {
    let server = Server::ministack();
    server.make_bucket(BUCKET);
    server
}

/// Names of what a ledger holds, without their prefix; of the lock only whether it is there, since its number counts
/// on.
fn names(objects: &BTreeMap<String, Value>, prefix: &str) -> Vec<String> {
    let mut names: Vec<String> = objects
        .keys()
        .map(|key| key.strip_prefix(prefix).unwrap_or_else(|| panic!("{key} is not below {prefix}")))
        .map(|name| if name.starts_with("lock/") { "lock".to_owned() } else { name.to_owned() })
        .collect();
    names.dedup();
    names
}

/// The id of the lock that is held.
fn lock(server: &Server) -> String {
    let held = server.read_bucket(BUCKET);
    let lock = held.iter().rfind(|(key, _)| key.contains("/lock/")).map(|(_, lock)| lock["id"].as_str());
    lock.flatten().expect("a lock").to_owned()
}

/// Waits until an apply that is under way has written into its journal.
fn until_journalled(server: &Server, mut has_ended: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !server.read_bucket(BUCKET).keys().any(|key| key.contains("/journal/")) {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing was journalled");
    }
    assert!(!has_ended(), "it was faster than we are");
}

const AFTER_ONE_APPLY: [&str; 7] = [
    "journal/00000001/00000001.json",
    "journal/00000001/00000002.json",
    "journal/00000001/00000003.json",
    "journal/00000001/00000004.json",
    "lock",
    "records/00000001.json",
    "units/00000001.json",
];

#[test]
fn what_one_machine_planned_another_applies_and_a_third_knows() {
    let server = with_bucket();
    let plans = machine(&server.endpoint(), LEDGER);
    plans.tonnage(&["plan", "-out=fleet.tfplan"]).code(0).says(&["Plan: 6 to add"]);
    assert_eq!(server.read_bucket(BUCKET), BTreeMap::new(), "a plan writes nothing");
    let saved = plans.path("fleet.tfplan");
    let applies = machine(&server.endpoint(), LEDGER);
    applies.tonnage(&["apply", "-auto-approve", "-fill-wait=0s", &saved]).code(0).says(&["6 added"]);
    let held = server.read_bucket(BUCKET);
    assert_eq!(names(&held, "fleets/site/"), AFTER_ONE_APPLY);
    let record = &held["fleets/site/records/00000001.json"];
    assert_eq!((&record["fleet"], &record["outcome"]), (&json!("site"), &json!("applied")), "{record:#}");
    machine(&server.endpoint(), LEDGER).is_settled();
    // beside the files nothing is left, and who begins anew with the same plan is told
    assert!(!std::path::Path::new(&applies.path(".tonnage")).exists());
    let again = machine(&server.endpoint(), LEDGER).tonnage(&["apply", "-auto-approve", &saved]).code(0);
    again.says(&["This plan is applied already, in record 1 of the ledger."]);
}

#[test]
fn of_many_applies_at_once_one_applies() {
    let server = with_bucket();
    let plans = machine(&server.endpoint(), LEDGER);
    plans.tonnage(&["plan", "-out=fleet.tfplan"]).code(0);
    let saved = plans.path("fleet.tfplan");
    let machines: Vec<Fleet> = (0..6).map(|_| machine(&server.endpoint(), LEDGER)).collect();
    let apply = |fleet: &Fleet| fleet.tonnage(&["apply", "-auto-approve", "-fill-wait=0s", &saved]);
    let said: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = machines.iter().map(|fleet| scope.spawn(|| apply(fleet))).collect();
        running.into_iter().map(|thread| thread.join().expect("an end")).collect()
    });
    let with = |words: &str| said.iter().filter(|said| format!("{said}").contains(words)).count();
    assert_eq!(with("Apply complete! Resources: 6 added"), 1, "{}", said[0]);
    assert_eq!(with("T0802") + with("This plan is applied already"), 5, "{}", said[0]);
    let held = server.read_bucket(BUCKET);
    assert_eq!(names(&held, "fleets/site/"), AFTER_ONE_APPLY, "one journal, one record");
    assert_eq!(server.read_back()["stacks"], json!({ "site-resource-1": "CREATE_COMPLETE" }));
}

#[test]
fn a_lock_of_somebody_else_is_waited_for_and_can_be_removed() {
    let server = with_bucket();
    let lock = json!({
        "version": 1, "state": "held", "id": "5e8f1c2a", "owner": "ann@build-3", "purpose": "apply of sha256:9f2c",
        "created": "2026-11-22T08:00:00Z", "expires": "2199-01-01T00:00:00Z",
    });
    server.write_object(BUCKET, "fleets/site/lock/00000041.json", &lock);
    let fleet = machine(&server.endpoint(), LEDGER);
    let said = fleet.tonnage(&["apply", "-auto-approve", "-fill-wait=0s", "-lock-timeout=3s"]).code(1);
    let said = said.says(&["T0802", "locked by ann@build-3", "waiting up to 3 s", "`tonnage unlock 5e8f1c2a`"]);
    assert!(said.took >= Duration::from_secs(3), "{said}");
    assert_eq!(server.read_back()["stacks"], json!({}));
    fleet.tonnage(&["unlock", "5e8f1c2a"]).code(0).says(&["Released the lock of ann@build-3"]);
    fleet.apply().code(0).says(&["6 added"]);
    fleet.tonnage(&["unlock", "5e8f1c2a"]).code(1).says(&["T0804"]);
}

#[test]
fn an_apply_that_is_killed_goes_on_on_another_machine() {
    let server = with_bucket();
    // slow enough to be killed on its way
    let slow = json!([{ "service": "cloudformation", "operation": "CreateChangeSet", "latency": 5_000 }]);
    let proxy = Server::microburst(&server, &slow);
    let mut killed = machine(&proxy.endpoint(), LEDGER).with("AWS_ENDPOINT_URL_S3", &server.endpoint()).begin();
    until_journalled(&server, || killed.process.has_ended());
    drop(killed);
    let left = lock(&server);
    let fleet = machine(&server.endpoint(), LEDGER);
    fleet.apply().code(1).says(&["T0802"]);
    fleet.tonnage(&["unlock", &left]).code(0);
    fleet.apply().code(0).says(&["Apply complete!"]);
    fleet.is_settled();
    let found = server.read_back();
    assert_eq!(found["stacks"], json!({ "site-resource-1": "CREATE_COMPLETE" }));
    assert_eq!(found["groups"].as_array().map(Vec::len), Some(1), "{found:#}");
    let held = server.read_bucket(BUCKET);
    assert!(
        held.contains_key("fleets/site/records/00000001.json")
            && !held.contains_key("fleets/site/records/00000002.json")
    );
}

#[test]
fn an_apply_that_loses_its_bucket_stops_before_the_next_step() {
    let server = with_bucket();
    // long enough for the bucket to be closed meanwhile
    let slow = json!([{ "service": "cloudformation", "operation": "CreateChangeSet", "latency": 5_000 }]);
    let (cloud, bucket) = (Server::microburst(&server, &slow), Server::microburst(&server, &json!([])));
    let fleet = machine(&cloud.endpoint(), LEDGER).with("AWS_ENDPOINT_URL_S3", &bucket.endpoint());
    let denied = json!({ "code": "AccessDenied", "status": 403, "message": "Access Denied" });
    let said = std::thread::scope(|scope| {
        let apply = scope.spawn(|| fleet.apply());
        until_journalled(&server, || apply.is_finished());
        bucket.breaks(&json!([{ "service": "s3", "operation": "PutObject", "error": denied }]));
        apply.join().expect("an end")
    });
    let journal = format!("{LEDGER}: writing journal/00000001/00000002.json: Access Denied");
    let way = format!("`tonnage unlock {}`", lock(&server));
    let said = said.code(1).says(&["T0811", &journal, "s3:PutObject", &way]);
    said.says(&["the ledger has no record of it: what was begun stands in its journal"]);
    let found = server.read_back();
    assert_eq!(found["stacks"], json!({ "site-resource-1": "REVIEW_IN_PROGRESS" }), "prepared, and not told to go");
    // once it may, it goes on
    let mends = machine(&server.endpoint(), LEDGER);
    mends.tonnage(&["unlock", &lock(&server)]).code(0);
    mends.apply().code(0).says(&["Apply complete! Resources: 6 added"]);
    mends.is_settled();
    // who may not even look is told so
    bucket.breaks(&json!([{ "service": "s3", "operation": "ListObjectsV2", "error": denied }]));
    fleet.tonnage(&["plan"]).code(1).says(&["T0811", "listing records", "s3:ListBucket"]);
}

#[test]
fn a_bucket_that_says_later_is_asked_again() {
    let server = with_bucket();
    let later = json!({ "code": "SlowDown", "status": 503, "message": "Please reduce your request rate." });
    let rules = json!([
        { "service": "s3", "error": later, "sequence": { "fail": 1, "pass": 1 } },
        { "service": "s3", "reset": true, "sequence": { "fail": 1, "pass": 2 } },
    ]);
    let proxy = Server::microburst(&server, &rules);
    let fleet = machine(&server.endpoint(), LEDGER).with("AWS_ENDPOINT_URL_S3", &proxy.endpoint());
    fleet.apply().code(0).says(&["6 added"]);
    assert_eq!(names(&server.read_bucket(BUCKET), "fleets/site/"), AFTER_ONE_APPLY);
}

#[test]
fn a_bucket_that_can_not_be_read_is_told_with_the_way_out() {
    let server = Server::ministack();
    machine(&server.endpoint(), LEDGER).tonnage(&["plan"]).code(1).says(&["T0809", LEDGER]);
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let said = machine(&server.endpoint(), LEDGER).with("AWS_ENDPOINT_URL_S3", &nobody).tonnage(&["plan"]).code(1);
    let said = said.says(&["T0808", &nobody["http://".len()..], "does not answer", "it is asked again for 10 s"]);
    assert!(said.took < Duration::from_secs(15), "{said}");
    let anonymous = machine(&server.endpoint(), LEDGER).with("AWS_ACCESS_KEY_ID", "").with("AWS_SECRET_ACCESS_KEY", "");
    anonymous.tonnage(&["plan"]).code(1).says(&["T0810", "there are no credentials for", LEDGER, "AWS_PROFILE"]);
    // a profile is one, as for the fleet's own clouds
    let config = "[profile lab]\nregion = us-east-2\naws_access_key_id = testing\naws_secret_access_key = testing\n";
    let file = anonymous.path("config");
    std::fs::write(&file, config).expect("a written file");
    let signed_in = anonymous.with("AWS_CONFIG_FILE", &file).with("AWS_PROFILE", "lab");
    server.make_bucket(BUCKET);
    signed_in.tonnage(&["plan"]).code(0).says(&["Plan: 6 to add"]);
}

#[test]
fn the_ledger_of_a_fleet_can_lie_in_azure_blob() {
    let (server, blobs) = (Server::ministack(), Server::azurite());
    let machine = || {
        machine(&server.endpoint(), "az://devstoreaccount1/ledgers/site")
            .with("AZURE_STORAGE_USE_EMULATOR", "true")
            .with("AZURITE_BLOB_STORAGE_URL", &blobs.endpoint())
    };
    machine().tonnage(&["plan"]).code(1).says(&["T0809", "az://devstoreaccount1/ledgers/site"]);
    blobs.container("make", "ledgers");
    machine().apply().code(0).says(&["6 added"]);
    machine().is_settled();
    let held: BTreeMap<String, Value> =
        serde_json::from_str(&blobs.container("read", "ledgers")).expect("container.py writes JSON");
    assert_eq!(names(&held, "site/"), AFTER_ONE_APPLY);
    let stranger = machine().with("AZURE_STORAGE_ACCOUNT_KEY", "c3RyYW5nZXI=");
    stranger.tonnage(&["plan"]).code(1).says(&["T0811", "Storage Blob Data Reader"]);
}
