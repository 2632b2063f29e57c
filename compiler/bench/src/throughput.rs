//! Source text to Intent, stage by stage: CPU seconds, megabytes of text a second, memory held for each megabyte of
//! text. Must run in a process of its own: memory is that of the process.

use std::hint::black_box;

use nix::sys::resource::{UsageWho, getrusage};
use tonnage_base::{Date, FileId};
use tonnage_lang::{
    Inputs,
    analyze::{Phase, analyze_told},
};
use tonnage_syntax::{Module, items, parse};

/// User and system time of the process so far in seconds, and its largest resident set in megabytes.
fn used() -> (f64, f64) {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return (0.0, 0.0) };
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    (seconds(usage.user_time()) + seconds(usage.system_time()), usage.max_rss() as f64 * 1024.0 / 1e6)
}

/// Takes a text through every stage and prints a row for each.
pub fn child(text: &str) {
    let megabytes = text.len() as f64 / 1e6;
    println!("{:<34} {:>9} {:>10} {:>10} {:>8}", "source text to Intent", "MB", "CPU s", "MB/s", "MB/MB");
    let mut before = used();
    let mut row = |name: &str| {
        let now = used();
        let seconds = now.0 - before.0;
        println!(
            "{name:<34} {megabytes:>9.1} {seconds:>10.3} {:>10.0} {:>8.1}",
            megabytes / seconds.max(0.001),
            (now.1 - before.1) / megabytes
        );
        before = now;
    };
    let cut = items(text);
    black_box(&cut);
    drop(cut);
    row("splitter");
    let mut fleet = Module::default();
    let (file, found) = parse(FileId(0), text);
    fleet.files.push(file.into());
    row("parser, the splitter included");
    let mut standard = Module::default();
    for (id, source) in (1u32..).zip(tonnage_stdlib::fleet_sources()) {
        standard.files.push(parse(FileId(id), source.text).0.into());
    }
    row("the standard library");
    let inputs = Inputs {
        fleet: &fleet,
        modules: &[],
        tests: &Module::default(),
        standard_library: &standard,
        variables: &[],
        as_of: Date::constant(2027, 1, 1),
    };
    let (intent, wrong) = analyze_told(&inputs, &mut |phase| {
        row(match phase {
            Phase::Checked => "checker",
            Phase::Resolved => "resolver",
            Phase::Evaluated => "evaluator",
        });
    });
    if intent.is_none() {
        eprintln!("the text has {} mistakes", found.len() + wrong.len());
    }
    black_box(&intent);
}
