//! The command line in process, as every test here runs it: real files, a fixed clock, an empty environment.
//!
//! Must not know what is tested.

use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tonnage::{Cancel, Io, Machine, World};
use tonnage_base::Timestamp;

/// The machine's files, another's clock and environment: the same bytes everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Fixed(pub Timestamp);

impl Default for Fixed {
    fn default() -> Self {
        Self("2026-11-22T14:02:00Z".parse().expect("a time"))
    }
}

impl World for Fixed {
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        Machine.list(folder)
    }
    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        Machine.folders(folder)
    }
    fn read(&self, file: &Path) -> Result<String, String> {
        Machine.read(file)
    }
    fn write(&self, file: &Path, text: &str) -> Result<(), String> {
        Machine.write(file, text)
    }
    fn now(&self) -> Timestamp {
        self.0
    }
    fn clock(&self) -> tonnage_base::clock::Clock {
        tonnage_base::clock::fixed(self.now())
    }
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }
    fn variables(&self, _prefix: &str) -> Vec<(String, String)> {
        Vec::new()
    }
    fn who(&self) -> String {
        "reviewer@golden".to_owned()
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

/// Listens to what it writes on.
struct Heard<F>(Captured, F);

impl<F: FnMut(&str)> Write for Heard<F> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.0.write(bytes)?;
        (self.1)(&String::from_utf8_lossy(bytes));
        Ok(written)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Captured {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("not poisoned")).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: u8,
    /// Its results.
    pub out: String,
    /// Its messages.
    pub err: String,
}

/// Columns of a terminal of which nothing is said.
pub const WIDTH: usize = 160;

/// Runs `tonnage -chdir=FOLDER WORDS`.
pub fn in_process(folder: &Path, words: &[&str]) -> Said {
    in_process_at(folder, words, Fixed::default(), |_, _| {})
}

/// As [`in_process`], at a time of its own. `heard` gets each message as it is written, while the command waits, and
/// may ask it to stop.
pub fn in_process_at(
    folder: &Path,
    words: &[&str],
    at: Fixed,
    heard: impl FnMut(&str, &Cancel) + Send + 'static,
) -> Said {
    in_columns_at(folder, words, at, WIDTH, heard)
}

/// As [`in_process_at`], on a terminal of so many columns.
pub fn in_columns_at(
    folder: &Path,
    words: &[&str],
    at: Fixed,
    width: usize,
    mut heard: impl FnMut(&str, &Cancel) + Send + 'static,
) -> Said {
    let mut arguments = vec![OsString::from("tonnage"), OsString::from(format!("-chdir={}", folder.display()))];
    arguments.extend(words.iter().map(OsString::from));
    let (out, err) = (Captured::default(), Captured::default());
    let cancel = Cancel::default();
    let stop = cancel.clone();
    let mut io = Io {
        out: Box::new(out.clone()),
        err: Box::new(Heard(err.clone(), move |text: &str| heard(text, &stop))),
        input: Box::new(Cursor::new(Vec::new())),
        out_is_terminal: false,
        err_is_terminal: false,
        in_is_terminal: false,
        colour: false,
        width,
        pager: None,
        cancel,
        unwritten: None,
    };
    let code = tonnage::run(&arguments, &at, &mut io);
    Said { code, out: out.text(), err: err.text() }
}
