//! Damaged files of our own: saved plans, the ledger, the embedded cloud. Each is refused by name, and nothing is
//! overwritten.

use std::path::{Path, PathBuf};

use tonnage_golden_tests::copy;

use crate::dice::{Dice, every};
use crate::machine::{done, files, run};

const FLEET: &str = r#"
fleet "drawn" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
  }
}

resource "AWS::EC2::Subnet" "a" {
  body = {
    VpcId     = resource.vpc.ref
    CidrBlock = "10.1.1.0/24"
  }
}
"#;

/// An applied fleet with a plan for a later revision of it.
fn applied() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a.fleet.hcl");
    std::fs::write(&file, FLEET).expect("a file");
    done(folder.path(), &["apply", "--embedded", "-auto-approve"]).expect("an apply");
    std::fs::write(&file, FLEET.replace("10.1.1.0", "10.1.2.0")).expect("a file");
    done(folder.path(), &["plan", "--embedded", "-out=plan.tonnage"]).expect("a plan");
    // An apply that was killed leaves a journal.
    let ledger = folder.path().join(".tonnage/embedded/ledger");
    let journal = ledger.join("journal/00000002/00000001.json");
    std::fs::create_dir_all(journal.parent().expect("a folder")).expect("a folder");
    let earlier = files(&ledger.join("journal/00000001"));
    std::fs::write(journal, &earlier.first().expect("an entry").1).expect("a file");
    folder
}

fn damage(bytes: &[u8], dice: &mut Dice) -> (Vec<u8>, &'static str) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    match dice.below(6) {
        0 => (bytes[..dice.below(bytes.len())].to_vec(), "truncated"),
        1 => (Vec::new(), "empty"),
        2 => (b"{\"version\":1}".to_vec(), "other JSON"),
        3 => {
            let later = text.replacen("\"version\":1", "\"version\":99", 1);
            (later.replacen("\"version\": 1", "\"version\": 99", 1).into_bytes(), "a later version")
        }
        4 => (b"[]".to_vec(), "a list"),
        _ => {
            let mut bytes = bytes.to_vec();
            let at = dice.below(bytes.len());
            bytes[at] = 0xff;
            (bytes, "a wrong byte")
        }
    }
}

/// What a damaged file may lead to.
enum May {
    /// An error, always.
    Refuse,
    /// An error, or done as if it were not there: history, not truth.
    GoOn,
}

fn hurt_and_run(start: &Path, victim: &Path, words: &[&str], may: &May, dice: &mut Dice) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(start, folder.path());
    let path = folder.path().join(victim);
    let (bytes, how) = damage(&std::fs::read(&path).expect("a file"), dice);
    std::fs::write(&path, &bytes).expect("a file");
    let before = files(folder.path());
    let ran = run(folder.path(), words);
    let wrong = |text: &str| {
        Err(format!("{} {how}, $ tonnage {}: {text}\n{}", victim.display(), words.join(" "), ran.everything()))
    };
    if ran.code.is_none() {
        return wrong("a panic");
    }
    if std::fs::read(&path).ok().as_deref() != Some(&bytes[..]) {
        return wrong("it was overwritten");
    }
    if ran.code == Some(0) {
        return match may {
            May::Refuse => wrong("it was taken"),
            May::GoOn => Ok(()),
        };
    }
    if ran.err.trim().is_empty() && !ran.out.contains("\"diagnostics\"") {
        return wrong("no word why");
    }
    let embedded = |all: &[(PathBuf, Vec<u8>)]| -> Vec<(PathBuf, Vec<u8>)> {
        all.iter().filter(|(path, _)| path.components().any(|c| c.as_os_str() == "aws")).cloned().collect()
    };
    if embedded(&before) != embedded(&files(folder.path())) {
        return wrong("refused, and the cloud was changed");
    }
    Ok(())
}

#[test]
fn damaged_plans_are_refused() {
    let start = applied();
    every(60, |seed| {
        let dice = &mut Dice::new(seed + 30_000);
        let words: &[&str] =
            if dice.chance(50) { &["apply", "--embedded", "plan.tonnage"] } else { &["show", "plan.tonnage"] };
        hurt_and_run(start.path(), Path::new("plan.tonnage"), words, &May::Refuse, dice)
    });
}

#[test]
fn damaged_clouds_are_refused() {
    let start = applied();
    let embedded = start.path().join(".tonnage/embedded/aws");
    let victims: Vec<PathBuf> = files(&embedded).into_iter().map(|(path, _)| path).collect();
    assert!(victims.len() >= 2, "{victims:?}");
    every(60, |seed| {
        let dice = &mut Dice::new(seed + 40_000);
        let victim = dice.pick(&victims).strip_prefix(start.path()).expect("inside").to_path_buf();
        let commands: [&[&str]; 4] = [
            &["plan", "--embedded"],
            &["apply", "--embedded", "plan.tonnage"],
            &["destroy", "--embedded", "-auto-approve"],
            &["show", "--embedded"],
        ];
        hurt_and_run(start.path(), &victim, commands[dice.below(commands.len())], &May::Refuse, dice)
    });
}

#[test]
fn damaged_ledgers_lose_nothing() {
    let start = applied();
    let ledger = start.path().join(".tonnage/embedded/ledger");
    let victims: Vec<PathBuf> = files(&ledger).into_iter().map(|(path, _)| path).collect();
    for kind in ["records", "lock", "journal/00000002"] {
        assert!(victims.iter().any(|path| path.starts_with(ledger.join(kind))), "{kind} in {victims:?}");
    }
    every(60, |seed| {
        let dice = &mut Dice::new(seed + 50_000);
        let victim = dice.pick(&victims).strip_prefix(start.path()).expect("inside").to_path_buf();
        let commands: [&[&str]; 3] = [
            &["plan", "--embedded"],
            &["apply", "--embedded", "plan.tonnage"],
            &["apply", "--embedded", "-auto-approve"],
        ];
        hurt_and_run(start.path(), &victim, commands[dice.below(commands.len())], &May::GoOn, dice)
    });
}
