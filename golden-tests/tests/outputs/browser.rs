//! A headless Chromium, spoken to over its debugging pipe. Must not know what it shows.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{
    OnceLock,
    mpsc::{Receiver, channel},
};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(60);

/// The browser's program, installed where it is missing.
///
/// # Panics
/// Where it can't be had: a test that can't run has failed.
fn program() -> PathBuf {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let on_path = || {
            let path = std::env::var_os("PATH")?;
            let names = ["chromium", "chromium-browser", "google-chrome"];
            std::env::split_paths(&path).flat_map(|dir| names.map(|name| dir.join(name))).find(|file| file.is_file())
        };
        if let Some(found) = on_path() {
            return Ok(found);
        }
        let install = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium";
        let said = Command::new("sh").args(["-c", install]).output().map_err(|error| error.to_string())?;
        on_path().ok_or_else(|| {
            format!(
                "the tests of the page need chromium on the PATH, and it could not be installed: {}",
                String::from_utf8_lossy(&said.stderr).trim()
            )
        })
    });
    match found {
        Ok(program) => program.clone(),
        Err(reason) => panic!("{reason}"),
    }
}

/// A browser with one page. It ends with this value.
pub struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    last: u64,
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// Starts one and opens an empty page of this many pixels.
    pub fn open(width: u32, height: u32) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        // The pipe is file 3 for what we say and file 4 for what it says.
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "sh"])
            .arg(program())
            .args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-dev-shm-usage", "--disable-background-networking", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("a shell");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(output).split(0).map_while(Result::ok) {
                let Ok(value) = serde_json::from_slice(&message) else { continue };
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        let mut browser =
            Self { child, input, messages, session: None, last: 0, events: Vec::new(), _profile: profile };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.call("Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
        browser
    }

    /// Says something and waits for the answer.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut text = message.to_string().into_bytes();
        text.push(0);
        self.input.write_all(&text).expect("the browser listens");
        let until = Instant::now() + PATIENCE;
        loop {
            let heard = self.next(until, method);
            if heard["id"] == json!(self.last) {
                assert!(heard.get("error").is_none(), "{method}: {heard}");
                return heard["result"].clone();
            }
            self.events.push(heard);
        }
    }

    fn next(&mut self, until: Instant, waiting_for: &str) -> Value {
        let left = until.saturating_duration_since(Instant::now());
        self.messages.recv_timeout(left).unwrap_or_else(|_| panic!("the browser does not answer: {waiting_for}"))
    }

    /// Opens a file, at an anchor where there is one, and waits until it has run.
    pub fn goto(&mut self, file: &Path, anchor: &str) {
        let url = format!("file://{}{anchor}", file.display());
        self.call("Page.navigate", json!({"url": "about:blank"}));
        self.events.retain(|event| event["method"] != "Page.loadEventFired");
        self.call("Page.navigate", json!({"url": url}));
        let until = Instant::now() + PATIENCE;
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired")
            || self.eval("document.readyState + location.protocol") != "completefile:"
        {
            let event = self.next(until, "the page to load");
            self.events.push(event);
        }
    }

    /// The value of an expression in the page.
    pub fn eval(&mut self, script: &str) -> Value {
        let asked = json!({"expression": script, "returnByValue": true, "awaitPromise": true});
        let said = self.call("Runtime.evaluate", asked);
        assert!(said.get("exceptionDetails").is_none(), "{script}: {said}");
        said["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub fn until(&mut self, script: &str) {
        let until = Instant::now() + Duration::from_secs(10);
        while self.eval(script) != json!(true) {
            assert!(Instant::now() < until, "never true: {script}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks with the mouse in the middle of what a selector finds first.
    pub fn click(&mut self, selector: &str) {
        let find = format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center'}}); \
             const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        );
        let at = self.eval(&find);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Presses and releases a key.
    pub fn key(&mut self, key: &str) {
        let text = if key == "Enter" { "\r" } else { key };
        let mut down = json!({"type": "keyDown", "key": key});
        if key.chars().count() == 1 || key == "Enter" {
            down["text"] = json!(text);
        }
        if key == "Enter" {
            down["windowsVirtualKeyCode"] = json!(13);
        }
        if key == "Escape" {
            down["windowsVirtualKeyCode"] = json!(27);
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key}));
    }

    /// Types text where the focus is.
    pub fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Light or dark, as the system of the reader wishes.
    pub fn wish(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// Keeps a picture of what is seen, or of the whole page, in `target/page`.
    pub fn picture(&mut self, name: &str, whole: bool) {
        use base64::Engine as _;
        let shot = self.call("Page.captureScreenshot", json!({"format": "png", "captureBeyondViewport": whole}));
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(shot["data"].as_str().expect("a picture"))
            .expect("base64");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/page");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.png")), bytes).expect("a written picture");
    }

    /// Names and roles as assistive programs see them: `(role, name)`, those that are ignored left out.
    pub fn accessible(&mut self) -> Vec<(String, String)> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let word = |node: &Value, field: &str| node[field]["value"].as_str().unwrap_or_default().to_owned();
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        nodes
            .iter()
            .filter(|node| node["ignored"] != json!(true))
            .map(|node| (word(node, "role"), word(node, "name")))
            .collect()
    }

    /// What went wrong in the page so far: exceptions, errors of the console, and anything it asked of a network.
    pub fn complaints(&mut self) -> Vec<String> {
        self.eval("1");
        let bad = |event: &&Value| match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => true,
            "Runtime.consoleAPICalled" => event["params"]["type"] != "log",
            "Log.entryAdded" => event["params"]["entry"]["level"] == "error",
            "Network.requestWillBeSent" => {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                !url.starts_with("file:") && !url.starts_with("data:") && url != "about:blank"
            }
            _ => false,
        };
        self.events.iter().filter(bad).map(Value::to_string).collect()
    }
}
