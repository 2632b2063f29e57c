//! The action for pull requests, run as a job runs it: a real repository, the real binary, and a stand-in for GitHub's
//! command line that keeps comments and artifacts in a folder.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

const FLEET: &str = r#"fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "main" {
  body = {
    CidrBlock = "10.1.0.0/16"
  }
}
"#;

/// Knows the calls that the action makes, and no others.
const GH: &str = r##"#!/usr/bin/env bash
set -euo pipefail
kept=$KEPT
case "$*" in
"api --paginate repos/o/r/issues/7/comments --jq .[] |"*)
  for f in "$kept"/comments/*; do
    [ -e "$f" ] || continue
    who="github-actions[bot]"; [ ! -e "$kept/by/${f##*/}" ] || who=$(cat "$kept/by/${f##*/}")
    at=2026-11-22T10:00:00Z; [ ! -e "$kept/at" ] || at=$(cat "$kept/at")
    printf '%s\t%s\t%s\t%s\n' "${f##*/}" "$who" "$at" "$(head -n 1 "$f")"
  done ;;
"api repos/o/r/issues/comments/"*" --jq .body") cat "$kept/comments/${2##*/}" ;;
"api repos/o/r/pulls/7 --jq .head.sha") cat "$kept/head" ;;
"api --paginate repos/o/r/pulls/7/reviews --jq .[] |"*) [ ! -e "$kept/approved" ] || cat "$kept/approved" ;;
"api repos/o/r/pulls/7 --jq .merged_at // empty") echo 2026-11-22T12:00:00Z ;;
"api --silent -X POST repos/o/r/issues/7/comments -F body=@"*)
  n=$(($(ls "$kept/comments" | wc -l) + 101)); cp "$(sed 's/^body=@//' <<<"${@: -1:1}")" "$kept/comments/$n" ;;
"api --silent -X PATCH repos/o/r/issues/comments/"*)
  cp "$(sed 's/^body=@//' <<<"${@: -1:1}")" "$kept/comments/$(sed 's|.*/||' <<<"$5")" ;;
"api repos/o/r/commits/abc/pulls"*) echo 7 ;;
"api repos/o/r/actions/artifacts?name="*)
  name=$(sed 's/.*name=//' <<<"$2"); [ ! -d "$kept/artifacts/$name" ] || echo 99 ;;
"run download 99 --repo o/r --name "*)
  cp -r "$kept/artifacts/$7/." "$9" ;;
*) echo "gh stand-in: $*" >&2; exit 64 ;;
esac
"##;

struct Job {
    folder: tempfile::TempDir,
}

impl Job {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for inside in ["bin", "kept/comments", "kept/by", "kept/artifacts", "repository"] {
            std::fs::create_dir_all(folder.path().join(inside)).expect("a folder");
        }
        let gh = folder.path().join("bin/gh");
        std::fs::write(&gh, GH).expect("written");
        std::fs::set_permissions(&gh, std::fs::Permissions::from_mode(0o755)).expect("executable");
        symlink(env!("CARGO_BIN_EXE_tonnage-under-test"), folder.path().join("bin/tonnage")).expect("linked");
        let job = Self { folder };
        job.write(FLEET);
        job.git(&["init", "-q", "-b", "main"]);
        job.commit();
        job
    }

    /// Commits what is there, as the newest of the pull request.
    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "files"]);
        let sha = Command::new("git").arg("-C").arg(self.at("repository")).args(["rev-parse", "HEAD"]).output();
        std::fs::write(self.at("kept/head"), sha.expect("git").stdout).expect("written");
    }

    /// Keeps what a plan left as the artifact that a job uploads.
    fn keep(&self, outputs: &BTreeMap<String, String>) {
        let name = outputs.get("artifact").expect("a name");
        symlink(outputs.get("files").expect("a folder"), self.at("kept/artifacts").join(name)).expect("kept");
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, text: &str) {
        std::fs::write(self.at("repository/serving.fleet.hcl"), text).expect("written");
    }

    fn git(&self, words: &[&str]) {
        let done = Command::new("git").arg("-C").arg(self.at("repository")).args(words).output().expect("git");
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Runs a step of the action; its exit code, what it printed, and its outputs.
    fn run(&self, step: &str, more: &[(&str, &str)]) -> (Option<i32>, String, BTreeMap<String, String>) {
        let outputs = self.at("outputs");
        std::fs::write(&outputs, "").expect("written");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../action/run.sh");
        let path = format!("{}:{}", self.at("bin").display(), std::env::var("PATH").unwrap_or_default());
        let done = Command::new("bash")
            .arg(script)
            .arg(step)
            .current_dir(self.at("repository"))
            .env("PATH", path)
            .env("KEPT", self.at("kept"))
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", self.at("summary"))
            .env("GITHUB_REPOSITORY", "o/r")
            .env("GITHUB_SHA", "abc")
            .env("FLEET_FOLDER", ".")
            .envs(more.iter().copied())
            .output()
            .expect("bash");
        let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        let outputs = std::fs::read_to_string(outputs).expect("outputs");
        let outputs =
            outputs.lines().filter_map(|line| line.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
        (done.status.code(), said, outputs.collect())
    }

    fn comments(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.at("kept/comments"))
            .expect("a folder")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).expect("a comment")).collect()
    }
}

#[test]
fn a_change_is_compared_planned_reviewed_and_applied_as_it_was_reviewed() {
    let job = Job::new();
    let request = ("FLEET_PULL_REQUEST", "7");
    job.write(&FLEET.replace("10.1.0.0", "10.2.0.0"));

    // Twice pushed, one comment.
    for _ in 0..2 {
        let (code, said, outputs) = job.run("diff", &[request, ("FLEET_BASE", "main")]);
        assert_eq!((code, outputs.get("code").map(String::as_str)), (Some(0), Some("2")), "{said}");
    }
    let comments = job.comments();
    assert_eq!(comments.len(), 1, "{comments:?}");
    assert!(comments[0].contains("10.1.0.0/16") && comments[0].contains("10.2.0.0/16"), "{}", comments[0]);

    let here = ("FLEET_ARGUMENTS", "-embedded");
    let (code, said, outputs) = job.run("plan", &[request, here]);
    assert_eq!((code, outputs.get("changes").map(String::as_str)), (Some(0), Some("true")), "{said}");
    let digest = outputs.get("digest").expect("a digest");
    assert!(digest.starts_with("sha256:") && job.comments()[1].contains(digest.as_str()));
    job.keep(&outputs);
    let summary = std::fs::read_to_string(job.at("summary")).expect("a summary");
    assert!(summary.contains("resource.main"), "{summary}");

    // Merged: what the comment shows is what is applied.
    let (code, said, outputs) = job.run("apply", &[here]);
    assert_eq!((code, outputs.get("digest")), (Some(0), Some(digest)), "{said}");
    assert!(said.contains("Apply complete! Resources: 1 added"), "{said}");
}

#[test]
fn what_nobody_reviewed_is_not_applied() {
    let job = Job::new();
    let here = ("FLEET_ARGUMENTS", "-embedded");
    let (code, said, _) = job.run("apply", &[here]);
    assert!(code == Some(1) && said.contains("nothing was reviewed, nothing is applied"), "{code:?} {said}");

    let (_, said, outputs) = job.run("plan", &[("FLEET_PULL_REQUEST", "7"), here]);
    let name = outputs.get("artifact").unwrap_or_else(|| panic!("{said}"));
    let (code, said, _) = job.run("apply", &[here]);
    assert!(code == Some(1) && said.contains("plan again"), "the artifact is gone: {code:?} {said}");

    // Another plan under the name of the one that was reviewed.
    job.write(&FLEET.replace("10.1.0.0", "10.3.0.0"));
    let (_, _, other) = job.run("plan", &[here]);
    symlink(other.get("files").expect("a folder"), job.at("kept/artifacts").join(name)).expect("kept");
    let (code, said, _) = job.run("apply", &[here]);
    assert!(code == Some(5) && said.contains("nothing is applied"), "{code:?} {said}");
}

#[test]
fn a_plan_is_applied_only_where_its_commit_was_merged() {
    let job = Job::new();
    let (request, here) = (("FLEET_PULL_REQUEST", "7"), ("FLEET_ARGUMENTS", "-embedded"));
    let (_, said, outputs) = job.run("plan", &[request, here]);
    assert!(outputs.contains_key("artifact"), "{said}");
    job.keep(&outputs);

    // Pushed again: the plan's comment says that it is old, once, and it is not applied.
    job.write(&FLEET.replace("10.1.0.0", "10.2.0.0"));
    job.commit();
    for _ in 0..2 {
        job.run("diff", &[request, ("FLEET_BASE", "main~1")]);
    }
    let comments = job.comments();
    assert_eq!(comments[0].matches("Not of the newest commit").count(), 1, "{}", comments[0]);
    assert!(comments[0].starts_with("<!-- tonnage fleet=serving digest=") && comments[0].contains("resource.main"));
    let (code, said, _) = job.run("apply", &[here]);
    assert!(code == Some(1) && said.contains("was merged"), "{code:?} {said}");

    // Planned again, it is one comment still, says nothing of that, and is applied.
    let (_, _, outputs) = job.run("plan", &[request, here]);
    job.keep(&outputs);
    let comments = job.comments();
    assert!(comments.len() == 2 && !comments[0].contains("newest commit"), "{comments:?}");
    let (code, said, _) = job.run("apply", &[here]);
    assert!(code == Some(0) && said.contains("Apply complete!"), "{code:?} {said}");
}

#[test]
fn a_plan_that_was_written_after_the_last_approval_is_not_applied() {
    let job = Job::new();
    let (request, here) = (("FLEET_PULL_REQUEST", "7"), ("FLEET_ARGUMENTS", "-embedded"));
    let (_, said, outputs) = job.run("plan", &[request, here]);
    assert!(outputs.contains_key("artifact"), "{said}");
    job.keep(&outputs);
    let written = |name: &str, at: &str| std::fs::write(job.at("kept").join(name), at).expect("written");
    for (approved, planned) in [("2026-11-22T11:00:00Z\n", "2026-11-22T11:30:00Z"), ("", "2026-11-22T12:00:01Z")] {
        written("approved", approved);
        written("at", planned);
        let (code, said, _) = job.run("apply", &[here]);
        assert!(code == Some(1) && said.contains("nobody approved it, nothing is applied"), "{code:?} {said}");
    }
    written("approved", "2026-11-22T11:00:00Z\n2026-11-22T11:45:00Z\n");
    written("at", "2026-11-22T11:30:00Z");
    let (code, said, _) = job.run("apply", &[here]);
    assert!(code == Some(0) && said.contains("Apply complete!"), "{code:?} {said}");
}

#[test]
fn folders_whose_fleets_have_one_name_have_a_comment_each() {
    let job = Job::new();
    let request = ("FLEET_PULL_REQUEST", "7");
    for folder in ["a", "b"] {
        std::fs::create_dir(job.at("repository").join(folder)).expect("a folder");
        std::fs::write(job.at("repository").join(folder).join("serving.fleet.hcl"), FLEET).expect("written");
    }
    job.commit();
    for _ in 0..2 {
        for folder in ["a", "b"] {
            let more = [request, ("FLEET_ARGUMENTS", "-embedded"), ("FLEET_FOLDER", folder), ("FLEET_BASE", "main")];
            let (code, said, _) = job.run("plan", &more);
            assert_eq!(code, Some(0), "{said}");
            let (code, said, _) = job.run("diff", &[request, ("FLEET_FOLDER", folder), ("FLEET_BASE", "main~1")]);
            assert_eq!(code, Some(0), "{said}");
        }
    }
    let comments = job.comments();
    let of = |folder: &str| comments.iter().filter(|text| text.contains(&format!(" folder={folder} -->"))).count();
    assert_eq!((comments.len(), of("a"), of("b")), (4, 2, 2), "{comments:#?}");
}

#[test]
fn each_fleet_has_its_own_comment_and_what_others_wrote_is_left_alone() {
    let job = Job::new();
    let (request, here) = (("FLEET_PULL_REQUEST", "7"), ("FLEET_ARGUMENTS", "-embedded"));
    let forged = "<!-- tonnage fleet=serving digest=sha256:00 commit=00 folder=. -->\n";
    std::fs::write(job.at("kept/comments/100"), forged).expect("written");
    std::fs::write(job.at("kept/by/100"), "somebody").expect("written");
    let longer = "<!-- tonnage fleet=serving-eu digest=sha256:11 commit=11 folder=eu -->\n";
    std::fs::write(job.at("kept/comments/101"), longer).expect("written");

    let (code, said, _) = job.run("apply", &[here]);
    assert!(code == Some(1) && said.contains("shows no plan of ."), "{code:?} {said}");
    let (code, said, outputs) = job.run("plan", &[request, here]);
    assert_eq!(code, Some(0), "{said}");
    let comments = job.comments();
    assert_eq!((comments.len(), comments[0].as_str(), comments[1].as_str()), (3, forged, longer));
    assert!(comments[2].contains(outputs.get("digest").expect("a digest").as_str()));
}

#[test]
fn files_that_are_wrong_fail_the_job() {
    let job = Job::new();
    job.write(&FLEET.replace("CidrBlock", "CidrBlok"));
    for (step, more) in [("diff", ("FLEET_BASE", "main")), ("plan", ("FLEET_ARGUMENTS", "-embedded"))] {
        let (code, said, _) = job.run(step, &[more]);
        assert!(code == Some(1) && said.contains("T05"), "{step}: {code:?} {said}");
    }
    assert!(job.comments().is_empty());
    let (code, said, _) = job.run("destroy", &[]);
    assert!(code == Some(1) && said.contains("diff, plan or apply"), "{said}");
}
