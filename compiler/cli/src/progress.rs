//! Progress on the error stream: a spinner while planning, a line for each unit while applying. Off a terminal
//! only the lines that say what ended.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use tonnage_apply::{Counts, Progress, UnitEnd};
use tonnage_cloud::Event;
use tonnage_ledger::LockInfo;
use tonnage_plan::{Unit, UnitOperation};
use tonnage_report::words;

use crate::io::Io;

/// A line beside whatever is shown, from anywhere: something takes long.
pub fn aside(text: &str) {
    let mut stream = std::io::stderr().lock();
    // the line that is being drawn goes, and is drawn again below
    let clear = if stream.is_terminal() { "\r\x1b[2K" } else { "" };
    let _ = writeln!(stream, "{clear}{text}");
}

/// What is being done now, on one line that disappears.
pub struct Steps(ProgressBar);

impl Steps {
    /// Shows nothing off a terminal.
    pub fn new(io: &Io) -> Self {
        let bar = ProgressBar::new_spinner();
        bar.set_draw_target(if io.err_is_terminal {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        });
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }
    /// What is being done now.
    pub fn say(&self, text: &str) {
        self.0.set_message(text.to_owned());
    }
    /// The line disappears.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}

/// Units under way: a line each on a terminal, gone when the unit ends; and everywhere a lasting line when one ends.
pub struct Units<'io> {
    all: MultiProgress,
    running: Mutex<BTreeMap<String, ProgressBar>>,
    /// Off a terminal.
    plain: Option<Mutex<&'io mut (dyn Write + Send)>>,
}

impl<'io> Units<'io> {
    /// On the error stream.
    pub fn new(io: &'io mut Io) -> Self {
        let all = MultiProgress::new();
        let plain = (!io.err_is_terminal).then(|| {
            all.set_draw_target(ProgressDrawTarget::hidden());
            Mutex::new(io.err.as_mut() as &mut (dyn Write + Send))
        });
        Self { all, running: Mutex::default(), plain }
    }

    fn done(&self, unit: &Unit) {
        if let Ok(mut running) = self.running.lock()
            && let Some(bar) = running.remove(unit.name.as_str())
        {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        match &self.plain {
            Some(stream) => {
                if let Ok(mut stream) = stream.lock() {
                    let _ = writeln!(stream, "{text}");
                }
            }
            None => {
                let _ = self.all.println(text);
            }
        }
    }
}

fn name(unit: &Unit) -> String {
    format!("{} {} {}", unit.site.cloud, unit.site.region, unit.name)
}

impl Progress for Units<'_> {
    fn waiting(&self, held: &LockInfo, wait: Duration) {
        let seconds = wait.as_secs();
        self.line(&format!("  waiting up to {seconds} s for the lock of {}: {}", held.owner, held.purpose));
    }

    fn unit_started(&self, unit: &Unit, _: Counts) {
        let bar = self.all.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {prefix}  {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_prefix(name(unit));
        bar.enable_steady_tick(Duration::from_millis(100));
        if let Ok(mut running) = self.running.lock() {
            running.insert(unit.name.as_str().to_owned(), bar);
        }
    }

    fn event(&self, event: &Event, _: Counts) {
        let subject = event.address.map_or_else(String::new, |address| format!(" {address}"));
        // the words of a service are on one line, and steer nothing
        let detail = words::plain(&event.detail).replace('\n', " ");
        let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
        if let Ok(running) = self.running.lock()
            && let Some(bar) = running.get(event.unit.as_str())
        {
            bar.set_message(format!("{}{subject}{detail}", event.what));
        }
        if matches!(event.what, "failed" | "retained" | "rolling" | "rolling back" | "waiting") {
            self.line(&format!("  {}: {}{subject}{detail}", event.unit, event.what));
        }
    }

    fn unit_between(&self, unit: &Unit, counts: Counts) {
        self.done(unit);
        let text = "what comes is there, what leaves goes when its users have let go of it";
        self.line(&format!("  [{}/{}] {}: {text}", counts.units_done, counts.units, name(unit)));
    }

    fn unit_finished(&self, unit: &Unit, end: &UnitEnd, counts: Counts) {
        self.done(unit);
        let verb = match unit.operation {
            UnitOperation::Create => "created",
            UnitOperation::Update => "updated",
            UnitOperation::Delete => "deleted",
            UnitOperation::Keep => "kept",
        };
        let end = match end {
            UnitEnd::Done { resumed: false } => verb.to_owned(),
            UnitEnd::Done { resumed: true } => format!("{verb} by an earlier try"),
            UnitEnd::Short(short) => format!("accepted, {} not full", words::count(short.len() as u64, "group")),
            UnitEnd::NotThere(missing) => {
                format!("accepted by the service, {} not there", words::count(missing.len() as u64, "resource"))
            }
            UnitEnd::Failed { kept: true, .. } => "failed, what landed is kept".to_owned(),
            UnitEnd::Failed { kept: false, .. } => "failed and rolled back".to_owned(),
            UnitEnd::Broken(_) => "stopped".to_owned(),
        };
        self.line(&format!("  [{}/{}] {}: {end}", counts.units_done, counts.units, name(unit)));
    }
}
