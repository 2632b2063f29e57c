//! How long an editor waits for what is wrong with the text after a keystroke: at once, and after the whole analysis.
//!
//! A server in a process of its own, spoken to over its standard streams. Must not know how fleets are made.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);
const ADDRESS: &str = "file:///tonnage-bench/fleet.fleet.hcl";

/// Milliseconds.
pub struct Waits {
    /// From a change to what is said of the changed text at once.
    pub at_once: Vec<f64>,
    /// From a change to what the whole analysis says.
    pub analysed: Vec<f64>,
}

/// Types `keys` letters into a text at one offset, then as often a letter at another that only the whole analysis finds
/// wrong, and takes it back.
pub fn measure(text: &str, at_once: usize, analysed: usize, keys: usize) -> Option<Waits> {
    let mut server = Server::start()?;
    server.say("initialize", Some(1), json!({ "capabilities": {} }))?;
    server.say("initialized", None, json!({}))?;
    let item = json!({ "uri": ADDRESS, "languageId": "hcl", "version": 1, "text": text });
    server.say("textDocument/didOpen", None, json!({ "textDocument": item }))?;
    server.wait(1, 0)?;
    std::thread::sleep(Duration::from_secs(2)); // the first analysis
    let mut waits = Waits { at_once: Vec::new(), analysed: Vec::new() };
    for _ in 0..keys {
        let begun = Instant::now();
        let version = server.change(place(text, at_once)?, 0, "x")?;
        server.wait(version, 0)?;
        waits.at_once.push(milliseconds(begun));
        std::thread::sleep(Duration::from_millis(150)); // a quick typist; the analysis runs in between
    }
    for _ in 0..keys {
        let begun = Instant::now();
        let version = server.change(place(text, analysed)?, 0, "x")?;
        server.wait(version, 1)?;
        waits.analysed.push(milliseconds(begun));
        let version = server.change(place(text, analysed)?, 1, "")?;
        server.wait(version, 0)?;
    }
    server.say("shutdown", Some(2), Value::Null)?;
    server.say("exit", None, Value::Null)?;
    server.process.wait().ok()?.success().then_some(waits)
}

/// Line and character of an offset.
fn place(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at)?;
    Some((before.matches('\n').count(), before.rsplit('\n').next()?.encode_utf16().count()))
}

fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

struct Server {
    process: Child,
    input: ChildStdin,
    version: i64,
    /// Versions of the text, and how much is wrong with each.
    said: Receiver<(i64, usize)>,
}

impl Server {
    fn start() -> Option<Self> {
        let mut command = Command::new(std::env::current_exe().ok()?);
        command.args(["--speak", "lsp"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut process = command.spawn().ok()?;
        let (input, output) = (process.stdin.take()?, process.stdout.take()?);
        let (sender, said) = mpsc::channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                let params = &message["params"];
                let found = params["diagnostics"].as_array().map(Vec::len);
                if let (Some(version), Some(found)) = (params["version"].as_i64(), found)
                    && sender.send((version, found)).is_err()
                {
                    return;
                }
            }
        });
        Some(Self { process, input, version: 1, said })
    }

    fn say(&mut self, method: &str, id: Option<u32>, params: Value) -> Option<()> {
        let mut message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        if let (Some(id), Some(fields)) = (id, message.as_object_mut()) {
            fields.insert("id".to_owned(), id.into());
        }
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).ok()?;
        self.input.flush().ok()
    }

    /// Puts a text in the place of so many characters; the version that makes.
    fn change(&mut self, (line, from): (usize, usize), length: usize, text: &str) -> Option<i64> {
        self.version += 1;
        let place = |character: usize| json!({ "line": line, "character": character });
        let change = json!({ "range": { "start": place(from), "end": place(from + length) }, "text": text });
        let document = json!({ "uri": ADDRESS, "version": self.version });
        self.say("textDocument/didChange", None, json!({ "textDocument": document, "contentChanges": [change] }))?;
        Some(self.version)
    }

    /// Waits until so much is said to be wrong with a version of the text.
    fn wait(&self, version: i64, wrong: usize) -> Option<()> {
        while self.said.recv_timeout(PATIENCE).ok()? != (version, wrong) {}
        Some(())
    }
}

fn read(output: &mut BufReader<impl std::io::Read>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(said) => length = said.parse().ok()?,
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
