//! What is said at once and what is said later, of texts as they are written.

use std::path::{Path, PathBuf};

use super::*;
use crate::world::Machine;

const FLEET: &str = "fleet \"t\" {\n  language = 1\n}\n\ncloud \"aws\" {\n  regions = [\"us-east-2\"]\n}\n\n";

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a written file");
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn workspace(&self) -> Workspace<'static> {
        let settings = Settings { as_of: Some("2026-12-01".into()), ..Settings::default() };
        Workspace::new(&Machine, &settings, vec![self.folder.path().to_path_buf()]).expect("settings are right")
    }
}

fn codes(workspace: &Workspace<'_>, path: &Path) -> Vec<&'static str> {
    workspace.diagnostics(path).iter().map(|d| d.code.id).collect()
}

fn settle(workspace: &mut Workspace<'_>, path: &Path) {
    for root in workspace.fleets_of(path) {
        let snapshot = workspace.snapshot(&root).expect("a fleet");
        let analysis = snapshot.analyse(&|| false).expect("nobody overtakes it");
        workspace.settle(analysis);
    }
}

fn with_images(n: usize) -> String {
    let images: String =
        (0..n).map(|n| format!("image \"i{n}\" {{\n  aws = {{ ami = \"ami-{n}\" }}\n}}\n\n")).collect();
    format!("{FLEET}{images}locals {{\n  first = image.i0\n}}\n")
}

#[test]
fn a_keystroke_is_one_item_parsed_and_one_checked() {
    let text = with_images(1000);
    let bench = Bench::new(&[("a.fleet.hcl", &text)]);
    let (mut workspace, path) = (bench.workspace(), bench.path("a.fleet.hcl"));
    workspace.open(&path, 1, text.clone());
    settle(&mut workspace, &path);
    assert_eq!(codes(&workspace, &path), [""; 0]);
    let at = text.find("ami-500").expect("written above") + 7;
    for (n, typed) in ["x", "y", "z"].into_iter().enumerate() {
        let before = workspace.work;
        let document = workspace.document(&path).expect("open");
        let position = document.position(at + n);
        workspace.change(&path, 2, vec![(Some(position..position), typed.to_owned())]);
        let work = workspace.work;
        assert_eq!((work.parsed - before.parsed, work.checked - before.checked), (1, 1));
    }
    // A name that goes is asked for where it is used, at once: three items are checked.
    let before = workspace.work;
    let text = workspace.document(&path).expect("open").text().replace("image \"i0\"", "image \"zero\"");
    workspace.change(&path, 3, vec![(None, text)]);
    assert_eq!(workspace.work.parsed - before.parsed, 1);
    assert_eq!(workspace.work.checked - before.checked, 2);
    assert_eq!(codes(&workspace, &path), ["T0204"]);
}

#[test]
fn an_analysis_that_is_overtaken_says_nothing() {
    let bench = Bench::new(&[("a.fleet.hcl", FLEET)]);
    let (mut workspace, path) = (bench.workspace(), bench.path("a.fleet.hcl"));
    workspace.open(&path, 1, FLEET.replace("us-east-2", "us-esat-2"));
    let root = workspace.fleets_of(&path).remove(0);
    let old = workspace.snapshot(&root).expect("a fleet").analyse(&|| false).expect("not overtaken");
    assert!(workspace.snapshot(&root).expect("a fleet").analyse(&|| true).is_none());
    workspace.change(&path, 2, vec![(None, FLEET.to_owned())]);
    assert!(workspace.settle(old).is_empty());
    settle(&mut workspace, &path);
    assert_eq!(codes(&workspace, &path), [""; 0]);
}

#[test]
fn everything_is_said_that_the_command_line_says() {
    let library = tonnage_stdlib::fleet_sources().len();
    assert!(library < FIRST_ITEM as usize);
    let broken = format!(
        "{FLEET}pool \"p\" {{\n  purpose = \"trainin\"\n  size {{\n    gpus = 8\n  }}\n}}\n\nresource \"AWS::SSM::Parameter\" \"r\" {{\n  body = {{\n    Tipe = var.nope\n}}\n\nlocals {{\n  a = 1 +\n}}\n"
    );
    let whole = format!("{FLEET}resource \"AWS::SSM::Parameter\" \"r\" {{\n  body = {{ Tipe = \"String\" }}\n}}\n");
    for text in [broken, whole] {
        let bench = Bench::new(&[("a.fleet.hcl", &text)]);
        let (mut workspace, path) = (bench.workspace(), bench.path("a.fleet.hcl"));
        workspace.open(&path, 1, text.clone());
        settle(&mut workspace, &path);
        let settings = Settings {
            folder: bench.folder.path().to_path_buf(),
            as_of: Some("2026-12-01".into()),
            ..Settings::default()
        };
        let mut checked = crate::check(&Machine, &settings);
        if let (Some(intent), Some(as_of)) = (&checked.intent, checked.as_of) {
            let mut found = Vec::new();
            crate::compile::compile(intent, &Default::default(), as_of, &[], &mut Default::default(), &mut found);
            checked.diagnostics.extend(found);
        }
        let said = |diagnostics: &[Diagnostic], lo: &dyn Fn(Span) -> usize| -> Vec<(usize, String, Option<String>)> {
            let one = |d: &Diagnostic| {
                (d.primary.as_ref().map_or(0, |l| lo(l.span)), format!("{} {}", d.code.id, d.message), d.help.clone())
            };
            let mut all: Vec<_> = diagnostics.iter().map(one).collect();
            all.sort();
            all
        };
        let ours = said(&workspace.diagnostics(&path), &|span| workspace.locate(span).map_or(0, |(_, r)| r.start));
        assert_eq!(ours, said(&checked.diagnostics, &|span| span.lo as usize));
        assert!(!ours.is_empty());
    }
}

#[test]
fn a_module_is_found_from_the_fleet_that_calls_it_and_renames_reach_through() {
    let main = format!(
        "{FLEET}module \"net\" {{\n  source = \"./modules/net\"\n  size   = 4\n}}\n\noutput \"o\" {{\n  value = module.net.range\n}}\n"
    );
    let net = "variable \"size\" {\n  type = number\n}\n\noutput \"range\" {\n  value = var.size\n}\n";
    let bench =
        Bench::new(&[("live/a.fleet.hcl", &main.replace("./modules", "../modules")), ("modules/net/n.fleet.hcl", net)]);
    let (mut workspace, path) = (bench.workspace(), bench.path("modules/net/n.fleet.hcl"));
    let told = workspace.open(&path, 1, net.to_owned());
    assert!(told.contains(&bench.path("live/a.fleet.hcl")), "{told:?}");
    settle(&mut workspace, &path);
    assert_eq!(codes(&workspace, &path), [""; 0]);
    let renaming = workspace.rename(&path, net.find("size").expect("there"), "width").expect("a rename");
    let places: Vec<String> = renaming
        .rewrites
        .iter()
        .map(|r| format!("{} {}", r.path.file_name().expect("a name").to_string_lossy(), r.range.start))
        .collect();
    assert_eq!(places.len(), 3, "{places:?}");
    assert_eq!(renaming.moved, None);
}

#[test]
fn what_has_an_address_keeps_it_when_renamed() {
    let text = format!("{FLEET}network \"a\" {{\n  cidr = \"10.0.0.0/16\"\n}}\n\nlocals {{\n  n = network.a\n}}\n");
    let bench = Bench::new(&[("a.fleet.hcl", &text)]);
    let (mut workspace, path) = (bench.workspace(), bench.path("a.fleet.hcl"));
    workspace.open(&path, 1, text.clone());
    let mut rename = |from: &str, to: &str| {
        let text = workspace.document(&path).expect("open").text().to_owned();
        let at = text.find(&format!("network \"{from}\"")).expect("declared") + 9;
        let mut renaming = workspace.rename(&path, at, to).expect("a rename");
        renaming.rewrites.sort_by_key(|rewrite| std::cmp::Reverse(rewrite.range.start));
        let mut new = text;
        for rewrite in &renaming.rewrites {
            new.replace_range(rewrite.range.clone(), &rewrite.replacement);
        }
        workspace.change(&path, 1, vec![(None, new.clone())]);
        settle(&mut workspace, &path);
        assert_eq!(codes(&workspace, &path), [""; 0], "{new}");
        new
    };
    let there = rename("a", "b");
    assert!(there.contains("network \"b\"") && there.contains("n = network.b"), "{there}");
    assert!(there.contains("}\n\nmoved {\n  from = network.a\n  to   = network.b\n}\n\nlocals"), "{there}");
    let further = rename("b", "c");
    assert!(further.contains("from = network.a\n  to   = network.c"), "{further}");
    assert!(further.contains("from = network.b\n  to   = network.c"), "{further}");
    let back = rename("c", "a");
    assert!(back.contains("from = network.c\n  to   = network.a"), "{back}");
    assert!(back.contains("from = network.b\n  to   = network.a"), "{back}");
    let at = back.find("network \"a\"").expect("declared") + 9;
    assert!(workspace.rename(&path, at, "no name").is_err_and(|said| said.contains("can't be a name")));
    let at = back.find("network.b").expect("former") + 8;
    assert!(workspace.renamable(&path, at).is_err());
}
