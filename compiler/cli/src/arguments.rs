//! What may be typed. Long flags take one dash or two, as people who come from Terraform or from elsewhere write them.
//!
//! Must not do anything with it.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};

mod values;

pub use values::Values;

/// Plans GPU capacity across clouds, and applies the plan exactly as it was read.
#[derive(Parser, Debug)]
#[command(name = "tonnage", version, propagate_version = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Work in another folder.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub chdir: PathBuf,
    /// No colours (NO_COLOR does the same).
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Print long results as they are (TONNAGE_PAGER= and PAGER=cat do the same).
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 error; with -detailed-exitcode 2 = there are changes, 3 = a guard or policy refuses, 4 = capacity is short, 7 = \
a cloud asked by -verify would do something else; apply: 5 = the plan is stale, 6 = partly applied and held.\nLong flags may be written with one dash or two.";

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Start a fleet in this folder, or check that an existing one is ready to plan.
    Init(Init),
    /// Check the fleet files; no credentials needed.
    Validate(Validate),
    /// Rewrite fleet files in the canonical layout.
    Fmt(Fmt),
    /// Show what apply would do.
    Plan(Plan),
    /// Compare what two revisions of the fleet files ask for; no credentials needed.
    Diff(Diff),
    /// Plan and apply, or apply a saved plan exactly as it is.
    Apply(Apply),
    /// Destroy everything the fleet has made.
    Destroy(Apply),
    /// Show a saved plan, or what is live.
    Show(Show),
    /// Run the fleet's tests on the embedded cloud.
    Test(TestArguments),
    /// The fleet at each milestone, and what it draws from its commitments.
    Timeline(TimelineArguments),
    /// What needs what, as DOT, Mermaid or SVG.
    Graph(Graph),
    /// Explain an error code.
    Explain(Explain),
    /// Trace a native property back to the line that decides it.
    Why(Why),
    /// Write what somebody else changed into the fleet files.
    Adopt(Adopt),
    /// Release a lock that somebody left behind.
    Unlock(Unlock),
    /// The version.
    Version(Version),
    /// Shell completions.
    Completions(Completions),
    /// The language server, for editors: speaks LSP on standard input and output.
    Lsp(Lsp),
}

impl Command {
    /// `-json` of a command that shows nothing that could be kept in a file.
    pub const fn only_printed(&self) -> Option<&Form> {
        let fleet = match self {
            Self::Validate(args) => &args.fleet,
            Self::Apply(args) | Self::Destroy(args) => &args.fleet,
            Self::Test(args) => &args.fleet,
            Self::Graph(args) => &args.fleet,
            Self::Why(args) => &args.fleet,
            Self::Adopt(args) => &args.fleet,
            Self::Unlock(args) => &args.fleet,
            Self::Plan(_) | Self::Diff(_) | Self::Show(_) | Self::Timeline(_) => return None,
            Self::Init(_)
            | Self::Fmt(_)
            | Self::Explain(_)
            | Self::Version(_)
            | Self::Completions(_)
            | Self::Lsp(_) => {
                return None;
            }
        };
        Some(&fleet.json)
    }
}

/// What every command takes that reads a fleet.
#[derive(Args, Debug, Clone, Default)]
pub struct FleetArguments {
    #[command(flatten)]
    pub values: Values,
    /// Plan for the fleet as it is on that day (YYYY-MM-DD); default: today.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Machine-readable output; of what is shown also to FILE.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub json: Option<Option<PathBuf>>,
}

impl FleetArguments {
    /// Whether results and errors are printed for machines.
    pub fn json(&self) -> bool {
        is_printed(&self.json)
    }
}

/// A form in which something is shown: to a file, or else, and with `-`, to standard output.
pub type Form = Option<Option<PathBuf>>;

/// Whether a form goes to standard output.
pub fn is_printed(form: &Form) -> bool {
    form.as_ref().is_some_and(|file| file.as_ref().is_none_or(|file| file.as_os_str() == "-"))
}

/// The file that a form goes to.
pub fn file_of(form: &Form) -> Option<&std::path::Path> {
    form.as_ref()?.as_deref().filter(|_| !is_printed(form))
}

/// Where clouds are looked for.
#[derive(Args, Debug, Clone, Default)]
pub struct CloudArguments {
    /// Put every cloud of the fleet on the embedded cloud, kept in FOLDER.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = ".tonnage/embedded")]
    pub embedded: Option<PathBuf>,
    /// Look for changes made outside of the fleet file (default true; `-refresh=false` is quicker).
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub refresh: bool,
    /// Leave what others did to a resource or property as it is; may be repeated.
    #[arg(long, value_name = "ADDRESS[.PROPERTY]")]
    pub ignore_drift: Vec<String>,
    /// Put back what others did to a property that no file sets; may be repeated.
    #[arg(long, value_name = "ADDRESS[.PROPERTY]")]
    pub revert_drift: Vec<String>,
}

/// In which forms a plan is shown. One of them goes to standard output; those with a file beside it, any number of them
/// (`-json` is one of them).
#[derive(Args, Debug, Clone, Default)]
pub struct Forms {
    /// As Markdown, for a pull-request comment: to FILE, or else to standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub md: Option<Option<PathBuf>>,
    /// As Markdown, for the summary page of a CI job: longer than a comment may be.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub summary: Option<Option<PathBuf>>,
    /// As one page with everything in it, to be opened in a browser.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub html: Option<Option<PathBuf>>,
    /// Guards and policies as SARIF, for code scanning.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub sarif: Option<Option<PathBuf>>,
}

/// `lsp`.
#[derive(Args, Debug)]
pub struct Lsp {
    #[command(flatten)]
    pub fleet: FleetArguments,
    /// What some editors say to every server; there is no other way to speak to this one.
    #[arg(long, hide = true)]
    pub stdio: bool,
    /// Likewise.
    #[arg(long = "clientProcessId", value_name = "PID", hide = true)]
    pub client_process_id: Option<u32>,
}

/// `test`.
#[derive(Args, Debug)]
pub struct TestArguments {
    #[command(flatten)]
    pub fleet: FleetArguments,
    /// Only tests whose name holds this text; may be repeated.
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// Write the results as JUnit XML too.
    #[arg(long, value_name = "FILE")]
    pub junit_xml: Option<PathBuf>,
    /// Show how many expectations each test has.
    #[arg(long)]
    pub verbose: bool,
}

/// `timeline`.
#[derive(Args, Debug)]
pub struct TimelineArguments {
    #[command(flatten)]
    pub fleet: FleetArguments,
    /// What was drawn is in the ledger of the embedded cloud, kept in FOLDER.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = ".tonnage/embedded")]
    pub embedded: Option<PathBuf>,
    /// Rows of day, cloud, accelerator and GPUs: to FILE, or else to standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub csv: Option<Option<PathBuf>>,
    /// A chart, to FILE or else to standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub svg: Option<Option<PathBuf>>,
}

/// `init`.
#[derive(Args, Debug)]
pub struct Init {
    /// Machine-readable output.
    #[arg(long)]
    pub json: bool,
}

/// `validate`.
#[derive(Args, Debug)]
pub struct Validate {
    #[command(flatten)]
    pub fleet: FleetArguments,
    /// One line for each finding, for editors.
    #[arg(long)]
    pub short: bool,
}

/// `fmt`.
#[derive(Args, Debug)]
pub struct Fmt {
    /// Files or folders; `-` is standard input. Default: this folder.
    pub paths: Vec<PathBuf>,
    /// Change nothing; exit with 3 when something would change.
    #[arg(long)]
    pub check: bool,
    /// Show what changes.
    #[arg(long)]
    pub diff: bool,
    /// Folders inside folders too.
    #[arg(long)]
    pub recursive: bool,
    /// Do not list the files that change (`-list=false`).
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub list: bool,
    /// Write nothing (`-write=false`).
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub write: bool,
    /// Machine-readable list of changed files.
    #[arg(long)]
    pub json: bool,
}

/// `plan`.
#[derive(Args, Debug)]
pub struct Plan {
    #[command(flatten)]
    pub fleet: FleetArguments,
    #[command(flatten)]
    pub clouds: CloudArguments,
    /// Save the plan, to be applied exactly as it is.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Nothing is ever asked; for whoever writes it out of habit.
    #[arg(long, value_name = "BOOL", hide = true, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub input: bool,
    /// No lock is taken: likewise.
    #[arg(long, value_name = "BOOL", hide = true, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub lock: bool,
    /// Likewise.
    #[arg(long, value_name = "DURATION", hide = true)]
    pub lock_timeout: Option<String>,
    /// Exit with 2 when there are changes, with 3 when a guard or policy refuses them, with 7 when -verify finds that a
    /// cloud would do something else, with 4 when capacity is short; of several the first of these: 3, 7, 4, 2.
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Plan to destroy everything.
    #[arg(long)]
    pub destroy: bool,
    /// Ask the clouds what they would do, and say where that differs from the plan (on AWS by change sets that are
    /// never executed and always deleted). With -detailed-exitcode such a difference is exit code 7.
    #[arg(long)]
    pub verify: bool,
    /// Say where the plan does other things than the changes of the files since BASE (a revision or a folder) call for.
    #[arg(long, value_name = "BASE", conflicts_with = "destroy")]
    pub base: Option<String>,
    #[command(flatten)]
    pub forms: Forms,
}

/// `diff`.
#[derive(Args, Debug)]
pub struct Diff {
    /// A git revision (`main`; `main...` is where this branch left it), or a folder with fleet files.
    pub base: String,
    /// Another; without it: the files as they are in this folder.
    pub head: Option<String>,
    #[command(flatten)]
    pub fleet: FleetArguments,
    /// As Markdown, for a pull-request comment: to FILE, or else to standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub md: Option<Option<PathBuf>>,
    /// Exit with 2 when there is a difference.
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// `apply` and `destroy`.
#[derive(Args, Debug)]
pub struct Apply {
    /// Lift a guard for one plan: the first digits of its digest (12 or more) and the guard's name; may be repeated.
    #[arg(long, value_name = "DIGEST:GUARD")]
    pub ack: Vec<String>,
    /// Apply only the plan of this digest (its first 12 digits or more), as its comment shows it; another ends with 5.
    #[arg(long, value_name = "DIGEST")]
    pub digest: Option<String>,
    /// A plan saved by `plan -out`.
    pub plan: Option<PathBuf>,
    #[command(flatten)]
    pub fleet: FleetArguments,
    #[command(flatten)]
    pub clouds: CloudArguments,
    /// Do not ask.
    #[arg(long)]
    pub auto_approve: bool,
    /// Whether anybody may be asked (`-input=false`: whoever has not approved is refused).
    #[arg(long, value_name = "BOOL", hide = true, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub input: bool,
    /// How long to wait for groups to fill once the cloud has accepted them (`0s`: look once). Default: 15m.
    #[arg(long, value_name = "DURATION")]
    pub fill_wait: Option<String>,
    /// How long to wait where another apply has the lock. Default: 0s, not at all.
    #[arg(long, value_name = "DURATION")]
    pub lock_timeout: Option<String>,
    /// Units applied side by side.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub parallelism: usize,
}

/// `show`.
#[derive(Args, Debug)]
pub struct Show {
    /// A plan saved by `plan -out`. Without it: what is live.
    pub plan: Option<PathBuf>,
    #[command(flatten)]
    pub fleet: FleetArguments,
    #[command(flatten)]
    pub clouds: CloudArguments,
    #[command(flatten)]
    pub forms: Forms,
}

/// `graph`.
#[derive(Args, Debug)]
pub struct Graph {
    #[command(flatten)]
    pub fleet: FleetArguments,
    /// Every instance for itself, rather than one node for 512 of a kind.
    #[arg(long)]
    pub instances: bool,
    /// What a saved plan changes, coloured, rather than the whole fleet.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// How it is drawn.
    #[arg(long, value_name = "FORMAT", default_value = "dot")]
    pub format: Drawing,
}

/// How a graph is drawn.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Drawing {
    /// Graphviz.
    Dot,
    /// Mermaid, which GitHub and GitLab draw in Markdown.
    Mermaid,
    /// A picture with everything in it.
    Svg,
}

/// `explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// A code such as T0204. Without it: the list of all codes.
    pub code: Option<String>,
    /// Machine-readable output.
    #[arg(long)]
    pub json: bool,
}

/// `why`.
#[derive(Args, Debug)]
pub struct Why {
    /// Look for the fleet on the embedded cloud, kept in FOLDER: what is placed by what is there is placed so here too.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = ".tonnage/embedded")]
    pub embedded: Option<PathBuf>,
    /// `ADDRESS.PROPERTY`, such as `pool.chat.primary.nodes["use2-az1/001"].MinSize`.
    pub property: String,
    #[command(flatten)]
    pub fleet: FleetArguments,
}

/// `adopt`.
#[derive(Args, Debug)]
pub struct Adopt {
    /// `ADDRESS` or `ADDRESS.PROPERTY`, as the plan prints them.
    #[arg(required = true)]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub fleet: FleetArguments,
    #[command(flatten)]
    pub clouds: CloudArguments,
    /// Write nothing; show what would be written.
    #[arg(long)]
    pub dry_run: bool,
    /// Show what is written, as a diff of the files.
    #[arg(long)]
    pub diff: bool,
}

/// `unlock`.
#[derive(Args, Debug)]
pub struct Unlock {
    /// The lock's id, as the error that named it shows.
    pub id: String,
    #[command(flatten)]
    pub fleet: FleetArguments,
    #[command(flatten)]
    pub clouds: CloudArguments,
}

/// `version`.
#[derive(Args, Debug)]
pub struct Version {
    /// Machine-readable output.
    #[arg(long)]
    pub json: bool,
}

/// `completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// For which shell.
    pub shell: clap_complete::Shell,
}

/// `-out=x` means `--out=x`; `-`, `--` and everything after `--` stay, and so do values of flags.
pub fn normalise(arguments: &[OsString]) -> Vec<OsString> {
    let mut after = false;
    arguments
        .iter()
        .map(|argument| {
            let Some(text) = argument.to_str() else { return argument.clone() };
            after |= text == "--";
            let single = text.strip_prefix('-').filter(|rest| {
                rest.len() > 1 && !rest.starts_with('-') && rest.starts_with(|c: char| c.is_ascii_alphabetic())
            });
            match single {
                Some(rest) if !after => OsString::from(format!("--{rest}")),
                _ => argument.clone(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Arguments {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        Arguments::try_parse_from(normalise(&words)).expect("a good line")
    }

    #[test]
    fn one_dash_and_two_mean_the_same() {
        for line in
            ["tonnage -chdir=x plan -out=p -detailed-exitcode", "tonnage --chdir x plan --out p --detailed-exitcode"]
        {
            let parsed = parse(line);
            assert_eq!(parsed.chdir, PathBuf::from("x"));
            match parsed.command {
                Command::Plan(plan) => assert!(plan.detailed_exitcode && plan.out == Some(PathBuf::from("p"))),
                other => unreachable!("{other:?}"),
            }
        }
    }

    #[test]
    fn embedded_needs_no_folder_and_does_not_swallow_the_next_word() {
        match parse("tonnage apply --embedded plan.tfplan").command {
            Command::Apply(apply) => {
                assert_eq!(apply.clouds.embedded, Some(PathBuf::from(".tonnage/embedded")));
                assert_eq!(apply.plan, Some(PathBuf::from("plan.tfplan")));
            }
            other => unreachable!("{other:?}"),
        }
        match parse("tonnage plan -embedded=y -refresh=false").command {
            Command::Plan(plan) => {
                assert_eq!(plan.clouds.embedded, Some(PathBuf::from("y")));
                assert!(!plan.clouds.refresh);
            }
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn the_whole_of_it_is_well_formed() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }
}
