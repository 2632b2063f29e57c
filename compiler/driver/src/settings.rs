//! What the user asked for, checked and in one place. Must not know flags.

use std::path::PathBuf;

use tonnage_base::{Date, Decimal, Diagnostic, Severity, SourceMap, Symbol, codes::driver as codes, quantity};
use tonnage_lang::VariableSource;

use crate::world::World;

/// The prefix of environment variables that set fleet variables.
const PREFIX: &str = "TONNAGE_VAR_";

/// How a fleet is to be read and where it is to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The fleet's folder.
    pub folder: PathBuf,
    /// Values of variables, in the order given: of several for one name, the last counts.
    pub given: Vec<Given>,
    /// The day to plan for; none: today.
    pub as_of: Option<String>,
    /// Every cloud is the embedded one, kept in this folder (taken from the fleet's).
    pub embedded: Option<PathBuf>,
    /// Also look for changes made outside.
    pub drift: bool,
    /// `ADDRESS` or `ADDRESS.PROPERTY`: what others did there is to stay.
    pub ignore_drift: Vec<String>,
    /// `ADDRESS` or `ADDRESS.PROPERTY`: what others did there to properties that no file sets is put back.
    pub revert_drift: Vec<String>,
    /// Ask the clouds what they would do, and say where that differs.
    pub verify: bool,
    /// Prices of a node and hour by shape, in place of the catalog's.
    pub prices: Vec<(Symbol, Decimal)>,
    /// Addresses of pools that may be placed in part: a test asks how much of them is.
    pub may_be_short: Vec<Symbol>,
}

/// A value of a variable, or several of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// `NAME=VALUE`.
    Value(String),
    /// A file of `name = value`, taken from the fleet's folder.
    File(PathBuf),
}

/// Whether a property, or what it lies in, was asked for.
fn names(asked: &[String], address: Symbol, path: &str) -> bool {
    if asked.is_empty() {
        return false;
    }
    let whole = format!("{address}.{path}");
    asked.iter().any(|asked| tonnage_graph::is_inside(&whole, asked))
}

impl Settings {
    /// Whether what others did to a property is to stay, as asked for.
    pub fn ignores(&self, address: Symbol, path: &str) -> bool {
        names(&self.ignore_drift, address, path)
    }

    /// Whether what others did to a property that no file sets is put back, as asked for.
    pub fn reverts(&self, address: Symbol, path: &str) -> bool {
        names(&self.revert_drift, address, path)
    }

    /// The day to plan for.
    pub fn day(&self, world: &dyn World) -> Result<Date, Diagnostic> {
        match &self.as_of {
            None => Ok(world.now().to_zoned(tonnage_base::clock::utc()).date()),
            Some(text) => quantity::parse_date(text)
                .map_err(|error| Diagnostic::new(Severity::Error, codes::T0903, format!("-as-of: {error}"))),
        }
    }

    /// Values of variables, weakest first: the environment, then flags in their order.
    pub fn values(
        &self,
        world: &dyn World,
        sources: &mut SourceMap,
    ) -> (Vec<(Symbol, VariableSource)>, Vec<Diagnostic>) {
        let mut values = Vec::new();
        let mut diagnostics = Vec::new();
        for (name, value) in world.variables(PREFIX) {
            let name = name.trim_start_matches(PREFIX);
            values.push((Symbol::new(name), VariableSource::Environment(value)));
        }
        for given in &self.given {
            match given {
                Given::File(file) => {
                    let shown = file.display().to_string();
                    match world.read(&self.folder.join(file)) {
                        Err(reason) => diagnostics.push(error(format!("{shown} can't be read: {reason}"))),
                        Ok(text) => {
                            let id = sources.add(shown, text.clone());
                            let (parsed, found) = tonnage_syntax::parse(id, &text);
                            diagnostics.extend(found.into_iter().map(|wrong| undrawn(wrong, sources)));
                            let read = parsed.body.attributes.into_iter();
                            values.extend(read.map(|a| (a.key.name, VariableSource::File(a.value))));
                        }
                    }
                }
                Given::Value(text) => match text.split_once('=') {
                    Some((name, value)) if !name.trim().is_empty() => {
                        values.push((Symbol::new(name.trim()), VariableSource::CommandLine(value.to_owned())));
                    }
                    // What stands there may be a secret.
                    _ => diagnostics
                        .push(error("-var takes NAME=VALUE, and one of them has no name or no `=`".to_owned())),
                },
            }
        }
        (values, diagnostics)
    }
}

fn error(text: String) -> Diagnostic {
    Diagnostic::new(Severity::Error, codes::T0903, text)
}

/// A mistake in a file of variables by its place and its kind alone: what stands on that line may be a secret.
fn undrawn(wrong: Diagnostic, sources: &SourceMap) -> Diagnostic {
    let place = wrong.primary.as_ref().map_or_else(String::new, |label| format!("{}: ", sources.place(label.span)));
    Diagnostic::new(wrong.severity, wrong.code, format!("{place}{}", wrong.code.title))
        .with_help("the line is not shown, for it may hold a secret")
}
