//! Benchmarks: whole commands in processes of their own, measured in CPU seconds and peak memory.
//!
//! `cargo xtask bench` runs all. Not tests: figures move with the machine; quote ratios taken in one run.

mod generate;
mod keystrokes;
mod measure;
mod throughput;

use std::path::{Path, PathBuf};

use generate::Other;
use measure::{Figures, Run};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        Some(("--run", command)) => measure::child(command),
        Some(("--speak", command)) => measure::speak(command),
        Some(("--keystrokes", _)) => keystrokes(),
        Some(("--throughput-of", [file, ..])) => match std::fs::read_to_string(file) {
            Ok(text) => throughput::child(&text),
            Err(error) => eprintln!("{file}: {error}"),
        },
        Some(("--throughput", _)) => throughput(),
        Some(("--help" | "-h", _)) => println!("{HELP}"),
        Some((largest, kinds)) => match largest.parse() {
            Ok(largest) => benchmark(largest, kinds),
            Err(error) => eprintln!("{largest}: {error}\n{HELP}"),
        },
        None => benchmark(100_000, &[]),
    }
}

const HELP: &str = "tonnage-bench [LARGEST [KIND…]]: plans 1k, 10k, … LARGEST (default 100000) resources written one by one and \
by one for_each and by modules, from empty, with no change, with one changed and with 1 % changed, and the frontier example; \
prints CPU seconds, peak memory and growth; with kinds (blocks, for_each, modules) only theirs; without, then what \
`tonnage-bench --throughput` and `--keystrokes` print alone: source text to Intent stage by stage, and how long an editor waits \
after a keystroke in a fleet of 10,000 blocks.";

/// Pools whose text is about ten megabytes.
const POOLS: usize = 20_000;

fn throughput() {
    let Ok(folder) = tempfile::tempdir() else { return };
    let file = folder.path().join("fleet.fleet.hcl");
    if let Err(error) = std::fs::write(&file, generate::pools(POOLS)) {
        eprintln!("{error}");
        return;
    }
    let run = std::env::current_exe()
        .and_then(|program| std::process::Command::new(program).arg("--throughput-of").arg(&file).status());
    if !run.is_ok_and(|status| status.success()) {
        eprintln!("the throughput was not measured");
    }
}

/// Keystrokes of each kind.
const KEYS: usize = 60;

fn keystrokes() {
    let files = generate::blocks(10_000, Other::None);
    let Some((_, text)) = files.first() else { return };
    let block = text.find("\"p5000\"");
    let behind = |mark: &str| block.and_then(|at| Some(at + text.get(at..)?.find(mark)? + mark.len()));
    let (Some(value), Some(kind)) = (behind("\"value-5000"), behind("\"String")) else { return };
    let Some(waits) = keystrokes::measure(text, value, kind, KEYS) else {
        eprintln!("the language server did not answer");
        return;
    };
    println!("{:<34} {:>9} {:>10} {:>10}", "keystroke, 10,000 blocks", "n", "median ms", "max ms");
    for (name, mut waits) in [("the changed text, at once", waits.at_once), ("the whole analysis", waits.analysed)] {
        waits.sort_by(f64::total_cmp);
        let (median, largest) = (waits.get(waits.len() / 2), waits.last());
        println!(
            "{name:<34} {:>9} {:>10.1} {:>10.1}",
            waits.len(),
            median.copied().unwrap_or_default(),
            largest.copied().unwrap_or_default()
        );
    }
}

fn benchmark(largest: usize, kinds: &[String]) {
    let sizes: Vec<usize> = [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= largest).collect();
    println!("{:<34} {:>9} {:>10} {:>10} {:>8}", "plan", "n", "CPU s", "peak MB", "growth");
    type Generator = fn(usize, Other) -> generate::Files;
    let generators: [(&str, Generator); 3] =
        [("blocks", generate::blocks), ("for_each", generate::for_each), ("modules", generate::modules)];
    for (name, generate) in generators {
        if !kinds.is_empty() && !kinds.iter().any(|kind| kind == name) {
            continue;
        }
        let mut before = Vec::new();
        for &n in &sizes {
            let Ok(folder) = tempfile::tempdir() else { return };
            let Some(figures) = all(folder.path(), &|other| generate(n, other)) else { return };
            for (at, (what, figures)) in figures.iter().enumerate() {
                row(&format!("{name}, {what}"), n, figures, before.get(at));
            }
            before = figures.into_iter().map(|(_, figures)| figures).collect();
        }
    }
    if !kinds.is_empty() {
        return;
    }
    if let Ok(folder) = tempfile::tempdir() {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/frontier-216k/frontier.fleet.hcl");
        let text = std::fs::read_to_string(&example).unwrap_or_default();
        let edition = |other: Other| match other {
            Other::None => vec![(generate::FLEET, text.clone())],
            Other::One => vec![(generate::FLEET, text.replacen("ami-0", "ami-1", 1))],
            Other::Percent => vec![(generate::FLEET, text.replace("ami-0", "ami-1"))],
        };
        for (what, figures) in all(folder.path(), &edition).into_iter().flatten() {
            row(&format!("frontier-216k, {what}"), 216_000, &figures, None);
        }
    }
    throughput();
    keystrokes();
}

/// Plans from empty, applies, plans again, and plans what other editions of the files change: one resource, and one in
/// a hundred, saved and rendered in every form. Each is the middle one of three by CPU.
fn all(folder: &Path, edition: &dyn Fn(Other) -> generate::Files) -> Option<Vec<(&'static str, Figures)>> {
    let run = |words: &[&str], expect: &[u8]| measure::run(&Run { folder: PathBuf::from(folder), words, expect });
    let middle = |words: &[&str], expect: &[u8]| -> Option<Figures> {
        let mut all: Vec<Figures> = (0..3).filter_map(|_| run(words, expect)).collect();
        all.sort_by(|a, b| a.cpu_seconds.total_cmp(&b.cpu_seconds));
        all.into_iter().nth(1)
    };
    let write = |files: &[(&str, String)]| -> Option<()> {
        for (name, text) in files {
            let path = folder.join(name);
            let written = std::fs::create_dir_all(path.parent()?).and_then(|()| std::fs::write(&path, text));
            written.inspect_err(|error| eprintln!("{}: {error}", path.display())).ok()?;
        }
        Some(())
    };
    let plan = ["plan", "--embedded", "-detailed-exitcode"];
    // The largest fleets hold more stacks than an account may have by default: capacity is short, and the plan says so.
    let changes = &[2, 4];
    write(&edition(Other::None))?;
    let empty = middle(&plan, changes)?;
    run(&["apply", "--embedded", "-auto-approve"], &[0])?;
    let unchanged = middle(&plan, &[0])?;
    write(&edition(Other::One))?;
    let one = middle(&plan, changes)?;
    write(&edition(Other::Percent))?;
    let forms = ["-out=plan", "-md=plan.md", "-summary=plan.summary.md", "-html=plan.html", "-sarif=plan.sarif"];
    let changed = middle(&[&plan[..], &forms[..]].concat(), changes)?;
    Some(vec![
        ("from empty", empty),
        ("no change", unchanged),
        ("one changed", one),
        ("1 % changed, all forms", changed),
    ])
}

/// One row; growth is the exponent e of N^e since the size before.
fn row(name: &str, n: usize, figures: &Figures, before: Option<&Figures>) {
    let growth = before.map_or(String::new(), |b| {
        let exponent = (figures.cpu_seconds.max(0.001) / b.cpu_seconds.max(0.001)).log10();
        format!("N^{exponent:.2}")
    });
    println!("{name:<34} {n:>9} {:>10.3} {:>10.1} {growth:>8}", figures.cpu_seconds, figures.peak_megabytes);
}
