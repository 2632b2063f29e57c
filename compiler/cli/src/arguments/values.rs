//! `-var` and `-var-file` in the order they are typed, for the later of two counts. Must not know what a value means.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};
use tonnage_driver::settings::Given;

const VALUE: &str = "var";
const FILE: &str = "var-file";

/// Values of variables.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// As typed.
    pub given: Vec<Given>,
}

impl Args for Values {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new(VALUE)
                    .long(VALUE)
                    .value_name("NAME=VALUE")
                    .action(ArgAction::Append)
                    .help("Set a variable; may be repeated; of `-var` and `-var-file` the later counts"),
            )
            .arg(
                Arg::new(FILE)
                    .long(FILE)
                    .value_name("FILE")
                    .action(ArgAction::Append)
                    .value_parser(value_parser!(PathBuf))
                    .help("Set variables from a file of `name = value` lines; may be repeated"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Values {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let at = |name| matches.indices_of(name).into_iter().flatten();
        let values = matches.get_many::<String>(VALUE).into_iter().flatten().cloned().map(Given::Value);
        let files = matches.get_many::<PathBuf>(FILE).into_iter().flatten().cloned().map(Given::File);
        let mut typed: Vec<(usize, Given)> = at(VALUE).zip(values).chain(at(FILE).zip(files)).collect();
        typed.sort_by_key(|(at, _)| *at);
        Ok(Self { given: typed.into_iter().map(|(_, given)| given).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use tonnage_driver::settings::Given;

    #[derive(Parser, Debug)]
    struct Line {
        #[command(flatten)]
        values: super::Values,
    }

    #[test]
    fn the_order_of_the_line_is_kept() {
        let line = Line::parse_from(["x", "--var", "a=1", "--var-file", "f", "--var=a=2", "--var-file=g"]);
        let value = |text: &str| Given::Value(text.to_owned());
        let file = |name: &str| Given::File(name.into());
        assert_eq!(line.values.given, [value("a=1"), file("f"), value("a=2"), file("g")]);
    }
}
