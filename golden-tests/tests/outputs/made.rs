//! Plans to show: one of everything that a reviewer should see, and a large one. Must not know any format.

use std::path::Path;

use tonnage_base::Symbol;
use tonnage_golden_tests::{copy, in_process};
use tonnage_graph::{Site, Values};
use tonnage_plan::{
    Action, Change, Plan, Reason, UnitId,
    change::{Origin, PropertyDiff},
    model::Place,
};

/// The plan of the golden case `shown_in_other_forms`, in a folder of its own, that replaces, destroys, stops GPUs,
/// breaks a policy, and holds text that would break out of a page.
pub fn saved() -> (tempfile::TempDir, String) {
    planned("shown_in_other_forms")
}

/// The plan of a golden case: what stands in `input` is applied, `later` is planned and saved as `plan`.
pub fn planned(case: &str) -> (tempfile::TempDir, String) {
    planned_of(case, &["input", "later"])
}

/// The plan of some folders of a golden case, each laid over the one before: all but the last are applied, the last is
/// planned and saved as `plan`.
pub fn planned_of(case: &str, folders: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fleets = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/plan").join(case);
    let (last, before) = folders.split_last().expect("a folder");
    for name in before {
        copy(&fleets.join(name), folder.path());
        let applied = in_process(folder.path(), &["apply", "--embedded", "-auto-approve"]);
        assert_eq!(applied.code, 0, "{}{}", applied.out, applied.err);
    }
    copy(&fleets.join(last), folder.path());
    let planned = in_process(folder.path(), &["plan", "--embedded", "-out=plan"]);
    assert_eq!(planned.code, 0, "{}{}", planned.out, planned.err);
    (folder, planned.out)
}

/// A plan of that many different changes: nothing in it rolls up.
pub fn large(changes: usize) -> Plan {
    let mut values = Values::new();
    let regions = ["us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1"];
    let site = |n: usize| Site {
        cloud: Symbol::new("aws"),
        region: Symbol::new(regions.get(n % regions.len()).copied().unwrap_or("us-east-1")),
    };
    let text = |values: &mut Values, n: usize| values.string(Symbol::new(&format!("value {n}")));
    let mut change = |n: usize| {
        let (before, after) = (text(&mut values, n), text(&mut values, n + 1));
        let diff = PropertyDiff {
            path: "Description".to_owned(),
            before: Some(before),
            after: Some(after),
            forces_replacement: false,
            drift: false,
            conflict: false,
            applied: None,
            origin: Some(Origin { place: format!("fleet.fleet.hcl:{n}"), name: "description".to_owned() }),
        };
        Change {
            address: Symbol::new(&format!("pool.p{:03}.only.group_{n:05}", n % 40)),
            previous_address: None,
            kind: Symbol::new("AWS::EC2::SecurityGroup"),
            action: if n == changes / 2 { Action::Delete } else { Action::Update },
            reasons: vec![Reason::Changed],
            diffs: vec![diff],
            effects: Vec::new(),
            site: site(n),
            unit: UnitId(0),
            local_name: Symbol::new("L"),
            physical_id: Some(Symbol::new(&format!("sg-{n:08x}"))),
            before: None,
            after: None,
            holds_before: None,
            asked_before: None,
            older: Vec::new(),
            holds_after: None,
            declared: Some(format!("fleet.fleet.hcl:{n}")),
        }
    };
    let changes: Vec<Change> = (0..changes).map(&mut change).collect();
    let place = |n: usize| Place {
        site: site(n),
        provider: Symbol::new("aws"),
        name: String::new(),
        country: String::new(),
        continent: String::new(),
    };
    let as_of = tonnage_base::quantity::parse_date("2026-11-22").expect("a date");
    let places = (0..regions.len()).map(place).collect();
    Plan { ledger_serial: 7, places, changes, ..Plan::new(Symbol::new("large"), as_of, values) }
}
