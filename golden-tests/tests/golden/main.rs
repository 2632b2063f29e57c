//! Runs every golden case: a folder under `cases/<phase>/<name>/` that a reviewer can read alone.
//!
//! `case.md` says what is shown and why, and lists commands in a ```sh fence: `tonnage …`, or what others do to its
//! files: `use FOLDER` copies another folder of the case over the fleet (a later revision of it), `remove FILE`, and
//! `edit FILE OLD NEW`. `at TIME` says when what follows happens. With `meanwhile 'WORDS' …` before it, that happens
//! while the next command runs, once it has said these words; `meanwhile 'WORDS' interrupt` is somebody's Ctrl-C.
//! `DIGEST` in a command is that of the plan printed last. What each command prints is compared with `out/NN-VERB.txt`;
//! `UPDATE_GOLDEN=1` writes those files. A file in `out/` that no command writes fails the case. What plans,
//! differences and timelines say for machines is held against their schemas.

#![expect(clippy::panic, reason = "a test ends by panicking")]

mod facts;
mod schema;
mod width;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tonnage_golden_tests::{Fixed, WIDTH, copy, in_columns_at, in_process};

/// What others do while a command runs, and the words at which they do it.
type Meanwhile = Vec<(String, Vec<String>)>;

fn tonnage(folder: &Path, words: &[String]) -> String {
    tonnage_meanwhile(folder, Path::new(""), words, (Fixed::default(), WIDTH), Vec::new())
}

fn tonnage_meanwhile(
    folder: &Path,
    case: &Path,
    words: &[String],
    (at, width): (Fixed, usize),
    meanwhile: Meanwhile,
) -> String {
    let words_given: Vec<&str> = words.iter().map(String::as_str).collect();
    let waiting = Arc::new(Mutex::new(meanwhile));
    let (still, root, of) = (Arc::clone(&waiting), folder.to_owned(), case.to_owned());
    let said = in_columns_at(folder, &words_given, at, width, move |text, cancel| {
        let now = still
            .lock()
            .expect("not poisoned")
            .extract_if(.., |(at, _)| text.contains(at.as_str()))
            .collect::<Vec<_>>();
        for (_, deed) in now {
            match deed.first().map(String::as_str) {
                Some("interrupt") => cancel.cancel(),
                _ => act(&of, &root, &deed),
            }
        }
    });
    let unsaid = waiting.lock().expect("not poisoned").clone();
    assert!(
        unsaid.is_empty(),
        "{}: never said by `{}`: {unsaid:?}\n{}{}",
        case.display(),
        words.join(" "),
        said.out,
        said.err
    );
    let mut text = format!("$ tonnage {}\n{}", words.join(" "), said.out);
    let err = &said.err;
    if !err.trim().is_empty() {
        let _ = write!(text, "--- standard error\n{err}");
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let _ = writeln!(text, "--- exit code {}", said.code);
    text.replace(&format!("{}/", folder.display()), "").replace(&folder.display().to_string(), ".")
}

/// Words of a command line; single and double quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut any) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => (quote, any) = (Some(c), true),
            (None, ' ') => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (_, c) => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

fn commands(case: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in case.lines() {
        match line.trim() {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.is_empty() => found.push(line.to_owned()),
            _ => {}
        }
    }
    found
}

/// Does what others do to the files of a fleet.
fn act(case: &Path, root: &Path, deed: &[String]) {
    match deed.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["use", folder] => copy(&case.join(folder), root),
        ["remove", file] => std::fs::remove_file(root.join(file)).expect("a file to remove"),
        ["edit", file, old, new] => edit(&root.join(file), old, new),
        _ => panic!("{}: can't do `{}`", case.display(), deed.join(" ")),
    }
}

/// Replaces text that must be there.
fn edit(file: &Path, old: &str, new: &str) {
    let before = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(before.contains(old), "{} has no `{old}`:\n{before}", file.display());
    std::fs::write(file, before.replace(old, new)).expect("an edit");
}

/// Runs one case and says what is wrong with it.
fn run(case: &Path, update: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = case.display();
    let text = std::fs::read_to_string(case.join("case.md")).unwrap_or_default();
    let commands = commands(&text);
    if commands.is_empty() {
        return vec![format!("{name}: case.md lists no commands in a ```sh fence")];
    }
    if text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with("```")).count() < commands.len() + 2 {
        wrong.push(format!("{name}: case.md does not say what is shown and why"));
    }
    let work = tempfile::tempdir().expect("a temporary folder");
    let root = work.path().to_path_buf();
    copy(&case.join("input"), &root);
    let mut used: BTreeSet<String> = ["input", "out", "case.md"].map(str::to_owned).into();
    let mut written = BTreeSet::new();
    let mut number = 0;
    let mut meanwhile = Meanwhile::new();
    let mut at = Fixed::default();
    let mut width = WIDTH;
    let mut digest = String::new();
    for line in &commands {
        let parts = words(line);
        match parts.split_first().map(|(first, rest)| (first.as_str(), rest)) {
            Some(("meanwhile", [at, deed @ ..])) if !deed.is_empty() => meanwhile.push((at.clone(), deed.to_vec())),
            Some(("columns", [number])) => width = number.parse().expect("a number of columns"),
            Some(("at", [time])) => at = Fixed(time.parse().expect("a time")),
            Some(("tonnage", rest)) => {
                number += 1;
                let rest: &[String] = &rest.iter().map(|word| word.replace("DIGEST", &digest)).collect::<Vec<_>>();
                let verb = rest.iter().find(|w| !w.starts_with('-')).map_or("help", String::as_str);
                let file = format!("{number:02}-{verb}.txt");
                let got = tonnage_meanwhile(&root, case, rest, (at, width), std::mem::take(&mut meanwhile));
                wrong.extend(schema::hold(&root, rest, at).into_iter().map(|text| format!("{name}: {text}")));
                wrong.extend(schema::hold_printed(rest, &got).into_iter().map(|text| format!("{name}: {text}")));
                digest = digest_in(&got).unwrap_or(digest);
                let path = case.join("out").join(&file);
                let expected = std::fs::read_to_string(&path).unwrap_or_default();
                if got != expected {
                    if update {
                        std::fs::create_dir_all(case.join("out")).expect("a folder");
                        std::fs::write(&path, &got).expect("a written file");
                    } else {
                        let diff = similar::TextDiff::from_lines(&expected, &got);
                        wrong.push(format!(
                            "{name}: {file} differs (UPDATE_GOLDEN=1 writes it)\n{}",
                            diff.unified_diff().context_radius(2).header("expected", "got")
                        ));
                    }
                }
                written.insert(file);
            }
            _ => act(case, &root, &parts),
        }
        used.extend(parts.windows(2).filter(|pair| pair[0] == "use").map(|pair| pair[1].clone()));
    }
    for entry in std::fs::read_dir(case).into_iter().flatten().flatten() {
        let entry = entry.file_name().to_string_lossy().into_owned();
        if !used.contains(&entry) {
            wrong.push(format!("{name}: {entry} is used by no command"));
        }
    }
    for entry in std::fs::read_dir(case.join("out")).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if !written.contains(&file) {
            if update {
                std::fs::remove_file(entry.path()).expect("a file to remove");
            } else {
                wrong.push(format!("{name}: out/{file} is written by no command"));
            }
        }
    }
    wrong
}

/// The digest of a plan in what was printed.
fn digest_in(text: &str) -> Option<String> {
    let mut digests = text.split("sha256:").skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_hexdigit()).next());
    digests.find_map(|digits| digits.filter(|digits| digits.len() == 64).map(str::to_owned))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

fn cases() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for phase in std::fs::read_dir(root()).expect("cases").flatten() {
        for case in std::fs::read_dir(phase.path()).into_iter().flatten().flatten() {
            found.push(case.path());
        }
    }
    found.sort();
    found
}

#[test]
fn every_case_prints_what_it_should() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let only = std::env::var("GOLDEN").unwrap_or_default();
    let cases: Vec<PathBuf> = cases().into_iter().filter(|c| c.to_string_lossy().contains(&only)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, std::sync::atomic::Ordering::SeqCst)) {
                    let found = run(case, update);
                    wrong.lock().expect("not poisoned").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("not poisoned");
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(!only.is_empty() || schema::held() >= 150, "{} were held against a schema", schema::held());
    assert!(!only.is_empty() || width::held() >= 2_000, "{} lines were measured", width::held());
}

/// Each example shows what it plans, and one with a contract its timeline; the frontier example prints in one screen
/// what 45,000 nodes are.
#[test]
fn every_example_has_the_plan_that_it_shows() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for example in std::fs::read_dir(examples).expect("examples").flatten().filter(|e| e.path().is_dir()) {
        seen += 1;
        let work = tempfile::tempdir().expect("a temporary folder");
        for entry in std::fs::read_dir(example.path()).expect("an example").flatten() {
            if entry.path().is_file() {
                std::fs::copy(entry.path(), work.path().join(entry.file_name())).expect("a copy");
            }
        }
        let mut shown = vec![("plan.txt", tonnage(work.path(), &["plan", "--embedded"].map(str::to_owned)))];
        if example.path().join("timeline.txt").is_file() {
            shown.push(("timeline.txt", tonnage(work.path(), &["timeline"].map(str::to_owned))));
            shown.push(("timeline.svg", in_process(work.path(), &["timeline", "-svg"]).out));
        }
        for command in [&["plan", "--embedded"][..], &["timeline"]] {
            let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
            wrong.extend(schema::hold(work.path(), &command, Fixed::default()));
        }
        for (file, got) in shown {
            let path = example.path().join(file);
            if update {
                std::fs::write(&path, &got).expect("a written file");
            } else if std::fs::read_to_string(&path).unwrap_or_default() != got {
                wrong.push(format!("{}: not what it prints (UPDATE_GOLDEN=1 writes it)\n{got}", path.display()));
            }
        }
        if !example.path().join("README.md").is_file() {
            wrong.push(format!("{}: no README.md", example.path().display()));
        }
    }
    assert!(wrong.is_empty() && seen >= 3, "{seen} examples\n{}", wrong.join("\n"));
}

/// The tutorial's files are written and its commands run, from top to bottom: what it shows is what they print. A fence
/// `hcl FILE` is a file, `<!-- edit FILE: OLD -> NEW -->` an edit of one, a fence `console` holds commands (`$ tonnage
/// …`) and what they print.
#[test]
fn the_tutorial_shows_what_its_commands_print() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tutorial.md");
    let text = std::fs::read_to_string(&path).expect("the tutorial");
    let work = tempfile::tempdir().expect("a temporary folder");
    let mut made = String::new();
    let mut commands = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(made, "{line}");
        if let Some(edit) = line.strip_prefix("<!-- edit ").and_then(|rest| rest.strip_suffix(" -->")) {
            let (file, (old, new)) = edit
                .split_once(": ")
                .and_then(|(file, change)| Some((file, change.split_once(" -> ")?)))
                .expect("FILE: OLD -> NEW");
            self::edit(&work.path().join(file), old, new);
        }
        // four, for what a command prints may have fences of its own
        let (fence, info) = line.split_at(line.len() - line.trim_start_matches('`').len());
        if fence.len() < 3 || info.is_empty() {
            continue;
        }
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
        match info.split_once(' ') {
            None if info == "console" => {
                for (at, line) in inside.iter().filter(|line| line.starts_with("$ ")).enumerate() {
                    let command = line.strip_prefix("$ tonnage ").expect("only tonnage is run");
                    commands += 1;
                    let said = tonnage(work.path(), &words(command));
                    let said = said.lines().skip(1).filter(|line| !line.starts_with("--- "));
                    let blank = if at == 0 { "" } else { "\n" };
                    let _ = writeln!(made, "{blank}{line}\n{}", said.collect::<Vec<_>>().join("\n").trim());
                }
            }
            Some(("hcl", file)) => {
                let inside = inside.join("\n");
                std::fs::write(work.path().join(file), format!("{inside}\n")).expect("a file");
                let _ = writeln!(made, "{inside}");
            }
            _ => panic!("a fence that nobody knows: {line}"),
        }
        let _ = writeln!(made, "{fence}");
    }
    assert!(commands >= 8, "{commands} commands");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &made).expect("a written tutorial");
    } else {
        assert!(made == text, "the tutorial does not show what its commands print (UPDATE_GOLDEN=1 writes it)\n{made}");
    }
}

#[test]
fn there_are_enough_cases_over_the_phases() {
    assert!(cases().len() >= 40, "{} cases", cases().len());
}

/// The first fence of a page with this information string.
fn fence<'a>(page: &'a str, info: &str) -> Option<&'a str> {
    let start = page.find(&format!("```{info}\n"))? + info.len() + 4;
    let rest = page.get(start..)?;
    Some(rest.get(..rest.find("```")?).unwrap_or(rest))
}

/// Each page's wrong example gives the code, drawn where it stands as `pages/T02.txt` and its like show; the right one
/// does not; often it is a part of a fleet.
#[test]
fn the_examples_of_every_page_do_what_they_say() {
    let mut wrong = Vec::new();
    let mut drawn: BTreeMap<String, String> = BTreeMap::new();
    for code in tonnage_base::codes::all() {
        let (bad, good) = (fence(code.page, "fleet wrong"), fence(code.page, "fleet right"));
        if bad.is_none() && (fence(code.page, "text wrong").is_none() || fence(code.page, "text right").is_none()) {
            wrong.push(format!("{}: no wrong and right example", code.id));
        }
        for (text, expect) in [(bad, true), (good, false)] {
            let Some(text) = text else { continue };
            let folder = tempfile::tempdir().expect("a temporary folder");
            std::fs::write(folder.path().join("page.fleet.hcl"), text).expect("a file");
            let said = tonnage(folder.path(), &["plan", "--embedded"].map(str::to_owned));
            if said.contains(code.id) != expect {
                wrong.push(format!("{}: the {} example\n{said}", code.id, if expect { "wrong" } else { "right" }));
            }
            if expect {
                let phase = code.id.get(..3).unwrap_or(code.id).to_owned();
                let errors = said.split("--- standard error\n").nth(1).unwrap_or(&said).trim_end();
                let _ = write!(drawn.entry(phase).or_default(), "=== {}: {}\n{errors}\n\n", code.id, code.title);
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
    for (phase, text) in &drawn {
        let path = folder.join(format!("{phase}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text)).expect("a written file");
        } else if std::fs::read_to_string(&path).unwrap_or_default() != *text {
            wrong.push(format!("{phase}: not drawn as {} shows (UPDATE_GOLDEN=1 writes it)", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Codes that no golden output draws: why none can, and what draws them instead.
const UNDRAWN: &[(&str, &str)] = &[
    ("T0123", "a file of 4 GiB is read in whole: the parser's own tests compare the text"),
    ("T0612", "only clouds that the fleet declares are looked at: the planner's own tests compare the text"),
    ("T0771", "a plan gives each unit all that its bodies refer to: the emitters' own tests compare the text"),
    ("T0809", "a case reaches no network: the emulator tests, and those of the ledger's buckets, compare the text"),
    ("T0810", "a case reaches no network: the emulator tests compare the text"),
    ("T0811", "a case reaches no network: the tests of the ledger's buckets compare the text"),
];

/// Each code is drawn, as a person would meet it, in what a case or a page's example prints.
#[test]
fn every_code_is_drawn_or_it_is_said_why_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let outputs = cases().into_iter().map(|case| case.join("out")).chain([root.join("pages")]);
    let files = outputs.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
    let text: String = files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect();
    let drawn: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| match line.split_once('[') {
            Some((before, after)) if ["error", "warning", "note"].iter().any(|word| before.ends_with(word)) => {
                after.split_once("]:").map(|(code, _)| code)
            }
            _ => Some(line),
        })
        .collect();
    let known: BTreeSet<&str> = tonnage_base::codes::all().map(|code| code.id).collect();
    let excused: BTreeSet<&str> = UNDRAWN.iter().map(|(code, _)| *code).collect();
    let missing: Vec<_> = known.iter().filter(|code| !drawn.contains(**code) && !excused.contains(**code)).collect();
    let stale: Vec<_> = excused.iter().filter(|code| drawn.contains(**code) || !known.contains(**code)).collect();
    assert!(missing.is_empty(), "drawn by no golden output: {missing:?}");
    assert!(stale.is_empty(), "no code, or drawn after all; take them from the list: {stale:?}");
}
