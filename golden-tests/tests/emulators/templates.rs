//! Every document that the examples, the golden cases and the fleets of these tests emit passes its cloud's check with
//! no finding: cfn-lint for CloudFormation, the models of the SDKs for Azure and Google Cloud.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::fleet::Fleet;
use crate::testbed;

/// Processes that lint side by side.
const SIDE_BY_SIDE: usize = 2;
/// What the fleets emit today is more; fewer mean that this test has lost its input.
const TEMPLATES: usize = 150;

/// The same for Azure and Google Cloud.
const DOCUMENTS: usize = 8;

/// Everything planned; template → where it is from.
#[derive(Default)]
struct Emitted {
    templates: BTreeMap<String, String>,
    /// Those for Azure and Google Cloud.
    documents: BTreeMap<String, String>,
    planned: usize,
}

impl Emitted {
    /// Plans a fleet on the embedded cloud and takes the templates of its units. Whether it could be planned.
    fn plan(&mut self, fleet: &Fleet, name: &str) -> bool {
        let values = fleet.values();
        let words = ["plan", "--embedded", "-out=lint.plan"].into_iter().chain(values.iter().map(String::as_str));
        let said = fleet.tonnage(&words.collect::<Vec<_>>());
        if said.code != 0 {
            return false;
        }
        self.planned += 1;
        let file = fleet.saved("lint.plan");
        for unit in file["plan"]["units"].as_array().expect("a plan has units") {
            let document = unit["document"].as_str().expect("a unit has a document");
            if !document.is_empty() {
                let aws = document.starts_with("{\"AWSTemplateFormatVersion\"");
                let kept = if aws { &mut self.templates } else { &mut self.documents };
                kept.entry(document.to_owned()).or_insert_with(|| format!("{name}, unit {}", unit["name"]));
            }
        }
        true
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn emitted() -> Emitted {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut emitted = Emitted::default();
    let whole =
        folders(&package.join("../examples")).into_iter().chain(folders(&package.join("tests/emulators/fleets")));
    for folder in whole {
        let fleet = Fleet::of(&folder, None);
        assert!(emitted.plan(&fleet, &folder.display().to_string()), "{} can't be planned", folder.display());
    }
    // Many cases show what can't be planned; of the others, each revision counts.
    for case in folders(&package.join("cases")).iter().flat_map(|phase| folders(phase)) {
        let name = case.display().to_string();
        let fleet = Fleet::of(&case.join("input"), None);
        emitted.plan(&fleet, &name);
        for revision in folders(&case) {
            if !(revision.ends_with("input") || revision.ends_with("out")) {
                fleet.lay_over(&revision);
                emitted.plan(&fleet, &name);
            }
        }
    }
    emitted
}

#[test]
fn every_template_passes_cfn_lint() {
    let cfn_lint = &testbed::program("cfn-lint");
    let Emitted { templates, planned, .. } = emitted();
    assert!(planned >= 30 && templates.len() >= TEMPLATES, "only {} templates of {planned} plans", templates.len());

    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files: Vec<(usize, PathBuf)> = Vec::new();
    let mut from: BTreeMap<String, &str> = BTreeMap::new();
    for (number, (template, origin)) in templates.iter().enumerate() {
        let file = folder.path().join(format!("{number}.json"));
        std::fs::write(&file, template).expect("a written file");
        from.insert(file.display().to_string(), origin);
        files.push((template.len(), file));
    }
    // The biggest first, dealt in turn: the shares are even.
    files.sort();
    files.reverse();
    let shares: Vec<Vec<&PathBuf>> =
        (0..SIDE_BY_SIDE).map(|n| files.iter().skip(n).step_by(SIDE_BY_SIDE).map(|(_, file)| file).collect()).collect();
    let findings: Vec<Value> = std::thread::scope(|scope| {
        let lints: Vec<_> = shares
            .iter()
            .map(|share| {
                scope.spawn(move || {
                    let mut command = Command::new(cfn_lint);
                    // Warnings and informational findings count too.
                    command.args(["--format", "json", "--include-checks", "I", "--"]).args(share);
                    let ended = testbed::run(testbed::credentials(&mut command), Duration::from_secs(300));
                    serde_json::from_str::<Vec<Value>>(&ended.out)
                        .unwrap_or_else(|error| panic!("cfn-lint: {error}\n{}\n{}", ended.out, ended.err))
                })
            })
            .collect();
        lints.into_iter().flat_map(|lint| lint.join().expect("a lint")).collect()
    });
    // What an author wrote in a `resource` block or a shape of their own is theirs: whether it is kept and for how
    // long, in which zone it is, and that no list knows it yet. Its greatest file system is that of Windows. A document
    // is for one region, whose partition the catalog knows.
    let set_aside = |finding: &Value| {
        let rule = finding["Rule"]["Id"].as_str().unwrap_or_default();
        let name = finding["Location"]["Path"][1].as_str().unwrap_or_default();
        let message = finding["Message"].as_str().unwrap_or_default();
        (matches!(rule, "I3011" | "I3013" | "W3010") && name.starts_with("Resource"))
            || (rule == "I3042" && finding["Location"]["Path"][3] == "PlacementGroupArn")
            || (rule == "E3030" && message.starts_with("'acme"))
            || (rule == "E3034" && message.ends_with("maximum of 65536"))
    };
    let words: Vec<String> = findings
        .iter()
        .filter(|finding| !set_aside(finding))
        .map(|finding| {
            let file = finding["Filename"].as_str().unwrap_or_default();
            let place = from.get(file).copied().unwrap_or(file);
            format!("{place}: {} {} at {}", finding["Rule"]["Id"], finding["Message"], finding["Location"]["Path"])
        })
        .collect();
    assert!(words.is_empty(), "{} findings in {} templates:\n{}", words.len(), templates.len(), words.join("\n"));
}

#[test]
fn every_document_for_azure_and_google_cloud_fits_the_models_of_their_sdks() {
    let python = &testbed::program("python");
    let documents = emitted().documents;
    assert!(documents.len() >= DOCUMENTS, "only {} documents", documents.len());
    for secret in ["\"reference\":{\"keyVault\":", "projects/gemma-train/secrets/api-key/versions/"] {
        assert!(documents.keys().any(|document| document.contains(secret)), "no document with {secret}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, document) in documents.keys().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.json")), document).expect("a written file");
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(python);
    command
        .arg(package.join("testbed/documents.py"))
        .arg(folder.path())
        .arg(package.join("../stdlib/schema/azure.txt"));
    let ended = testbed::run(&mut command, Duration::from_secs(300));
    assert!(ended.status.success() && ended.out.is_empty(), "{}\n{}", ended.out, ended.err);
}
