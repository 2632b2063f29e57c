//! Standard input and output as something handed in, so that tests can read what a person would.

use std::borrow::Cow;
use std::io::{BufRead as _, ErrorKind, IsTerminal as _, Read as _, Write};

use tonnage_cloud::Cancel;
use tonnage_report::{Style, style::tame};

/// Where results, progress and answers go.
pub struct Io {
    /// Results.
    pub out: Box<dyn Write + Send>,
    /// Progress, questions and errors.
    pub err: Box<dyn Write + Send>,
    /// Where answers come from.
    pub input: Box<dyn std::io::BufRead + Send>,
    /// Results go to a terminal.
    pub out_is_terminal: bool,
    /// Progress goes to a terminal.
    pub err_is_terminal: bool,
    /// Answers come from a terminal.
    pub in_is_terminal: bool,
    /// ANSI colours in results.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// The pager's command line; none: results are printed as they are.
    pub pager: Option<String>,
    /// Somebody wants to stop: whoever sits at the terminal, by an interrupt.
    pub cancel: Cancel,
    /// Why results could not be written, once that was so: the disk is full.
    pub unwritten: Option<String>,
}

impl Io {
    /// Of the process.
    pub fn terminal() -> Self {
        let out_is_terminal = std::io::stdout().is_terminal();
        Self {
            out: Box::new(anstream::AutoStream::always_ansi(std::io::stdout())),
            err: Box::new(std::io::stderr()),
            input: Box::new(std::io::BufReader::new(std::io::stdin())),
            out_is_terminal,
            err_is_terminal: std::io::stderr().is_terminal(),
            in_is_terminal: std::io::stdin().is_terminal(),
            colour: out_is_terminal,
            width: match terminal_size::terminal_size() {
                Some((width, _)) if out_is_terminal => usize::from(width.0).clamp(60, 400),
                _ => 200, // a file or a log does not wrap
            },
            pager: None,
            cancel: Cancel::default(),
            unwritten: None,
        }
    }

    /// How results are to look.
    pub fn style(&self) -> Style {
        Style { colour: self.colour, width: self.width }
    }

    /// How messages on the error stream are to look.
    pub fn error_style(&self) -> Style {
        Style { colour: self.colour && self.err_is_terminal, width: self.width }
    }

    /// Writes a result. A closed pipe is nobody listening, not an error; any other fault is said once, and makes the
    /// run fail.
    pub fn print(&mut self, text: &str) {
        // what machines read stays as it is
        let text = if self.out_is_terminal { tame(text) } else { Cow::Borrowed(text) };
        let Err(fault) = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) else { return };
        if fault.kind() != ErrorKind::BrokenPipe && self.unwritten.is_none() {
            self.unwritten = Some(fault.to_string());
            self.say(&format!("error: the result can't be written whole: {fault}\n"));
        }
    }

    /// Writes a long result, through the pager where there is one.
    pub fn page(&mut self, text: &str) {
        let text = &*tame(text);
        if !self.pager.as_ref().is_some_and(|pager| crate::pager::show(pager, text)) {
            self.print(text);
        }
    }

    /// Writes to the error stream.
    pub fn say(&mut self, text: &str) {
        let _ = self.err.write_all(tame(text).as_bytes()).and_then(|()| self.err.flush());
    }

    /// One line from the input; none at its end.
    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim().to_owned()),
        }
    }

    /// All of the input.
    pub fn all(&mut self) -> Result<String, String> {
        let mut text = String::new();
        self.input.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }
}
