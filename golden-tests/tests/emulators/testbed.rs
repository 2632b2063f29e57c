//! The environment that emulators run in, and the emulators: made when missing, started on free ports of 127.0.0.1,
//! stopped when the test that started them is over, however it ends. Must not know Tonnage.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The account of the emulators.
pub const ACCOUNT: &str = "123456789012";
/// The region of all tests.
pub const REGION: &str = "us-east-2";

/// How long a server may take to answer for the first time.
const STARTS_IN: Duration = Duration::from_secs(60);
/// Ports tried: one that was free may be taken a moment later.
const TRIES: u32 = 3;

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program of the virtual environment, which is made when it is missing or out of date.
///
/// # Panics
/// Where it can't be made: a test that can't run has failed.
pub fn program(name: &str) -> PathBuf {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    made(&MADE, "testbed", "testbed/requirements.txt").join("bin").join(name)
}

/// A program of the environment for Azure, the same way.
pub fn program_of_azure(name: &str) -> PathBuf {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    made(&MADE, "testbed-azure", "testbed/azure/requirements.txt").join(name)
}

/// The folder of an environment in `target`, made of what a file lists.
fn made(made: &'static OnceLock<Result<PathBuf, String>>, name: &str, wanted: &str) -> &'static Path {
    let made = made.get_or_init(|| {
        let bed = package().join("../target").join(name);
        let setup = package().join("testbed/setup.sh");
        let said = Command::new("bash")
            .arg(&setup)
            .arg(&bed)
            .arg(package().join(wanted))
            .output()
            .map_err(|e| format!("bash {}: {e}", setup.display()))?;
        if said.status.success() {
            return Ok(bed);
        }
        Err(format!("the emulator tests can't run, so they fail: {}", String::from_utf8_lossy(&said.stderr).trim()))
    });
    match made {
        Ok(folder) => folder,
        Err(reason) => panic!("{reason}"),
    }
}

/// What every process that speaks to an emulator has in its environment, and nothing that leads to a real account.
pub fn credentials(command: &mut Command) -> &mut Command {
    let leads = |name: &str| ["AWS_", "AZURE_", "GOOGLE_"].iter().any(|cloud| name.starts_with(cloud));
    for (name, _) in std::env::vars_os().filter(|(name, _)| leads(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
}

/// How a process ended, and what it said.
pub struct Ended {
    /// Its status.
    pub status: ExitStatus,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// How long it took.
    pub took: Duration,
}

/// Runs a process to its end, which must come within `limit`.
pub fn run(command: &mut Command, limit: Duration) -> Ended {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = |name: &str| File::create(folder.path().join(name)).expect("a file");
    let read = |name: &str| {
        let bytes = std::fs::read(folder.path().join(name)).expect("a file");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let begun = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(open("out")).stderr(open("err")).spawn();
    let mut child = Process(child.unwrap_or_else(|error| panic!("{command:?}: {error}")));
    loop {
        if let Some(status) = child.0.try_wait().expect("a child") {
            return Ended { status, out: read("out"), err: read("err"), took: begun.elapsed() };
        }
        if begun.elapsed() > limit {
            panic!("{command:?} did not end in {limit:?}\n{}\n{}", read("out"), read("err"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A process that ends with its owner.
pub struct Process(Child);

impl Process {
    /// Starts one that says nothing.
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// Whether it has come to its end.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server, until it is dropped.
pub struct Server {
    port: u16,
    _process: Process,
    _files: tempfile::TempDir,
}

impl Server {
    /// CloudFormation, EC2, Auto Scaling and IAM, as ministack has them.
    pub fn ministack() -> Self {
        Self::start("/_ministack/health", |port, _| {
            let mut command = Command::new(program("ministack"));
            command
                .env("BIND_HOST", "127.0.0.1")
                .env("GATEWAY_PORT", port.to_string())
                .env("MINISTACK_ACCOUNT_ID", ACCOUNT)
                .env("IOT_MTLS_ENABLED", "false") // it would listen on all addresses
                .env("SFTP_ENABLED", "false");
            command
        })
    }

    /// The same services, as moto has them.
    pub fn moto() -> Self {
        Self::start("/moto-api/", |port, _| {
            let mut command = Command::new(program("moto_server"));
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            command
        })
    }

    /// Azure Blob, as azurite has it.
    pub fn azurite() -> Self {
        Self::start("/devstoreaccount1?comp=list", |port, _| {
            let mut command = Command::new(program_of_azure("node_modules/.bin/azurite-blob"));
            let address = ["--blobHost", "127.0.0.1", "--blobPort", &port.to_string()];
            command.args(address).args(["--inMemoryPersistence", "--skipApiVersionCheck"]);
            command
        })
    }

    /// A proxy that answers some calls itself, by `rules` (in the words of microburst).
    pub fn microburst(upstream: &Self, rules: &Value) -> Self {
        let server = Self::start("/_microburst/health", |port, _| {
            let mut command = Command::new(program("microburst"));
            command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--upstream", &upstream.endpoint()]);
            command
        });
        // its first answer takes long: it reads then what it knows of all services
        let first = "HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        let begun = Instant::now();
        while ask(server.port, first).is_err() && begun.elapsed() < STARTS_IN {}
        server.breaks(rules);
        server
    }

    /// Such a proxy answers some more calls itself.
    pub fn breaks(&self, rules: &Value) {
        let body = rules.to_string();
        let request = format!(
            "PATCH /_microburst/rules HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = ask(self.port, &request).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// Where it is.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it really holds, read through the services' own APIs.
    pub fn read_back(&self) -> Value {
        let said = self.python("read_back.py", &[]);
        serde_json::from_str(&said).expect("read_back.py writes JSON")
    }

    /// Somebody else changes something.
    pub fn strangers_hand(&self, deed: &[&str]) {
        self.python("strangers_hand.py", deed);
    }

    /// Makes a bucket of S3.
    pub fn make_bucket(&self, name: &str) {
        self.python("bucket.py", &["make", name]);
    }

    /// Writes an object into a bucket of S3.
    pub fn write_object(&self, bucket: &str, key: &str, value: &Value) {
        self.python("bucket.py", &["write", bucket, key, &value.to_string()]);
    }

    /// What a bucket of S3 holds, by key.
    pub fn read_bucket(&self, name: &str) -> BTreeMap<String, Value> {
        serde_json::from_str(&self.python("bucket.py", &["read", name])).expect("bucket.py writes JSON")
    }

    /// Does something with a container of Azure Blob.
    pub fn container(&self, deed: &str, name: &str) -> String {
        let mut command = Command::new(program_of_azure("bin/python"));
        command.arg(package().join("testbed/azure/container.py")).args([&self.endpoint(), deed, name]);
        self.said(&mut command)
    }

    fn python(&self, script: &str, words: &[&str]) -> String {
        let mut command = Command::new(program("python"));
        command.arg(package().join("testbed").join(script)).args([&self.endpoint(), REGION]).args(words);
        self.said(&mut command)
    }

    fn said(&self, command: &mut Command) -> String {
        let ended = run(credentials(command), Duration::from_secs(60));
        assert!(ended.status.success(), "{command:?}\n{}\n{}", ended.out, ended.err);
        ended.out
    }

    fn start(health: &str, command: impl Fn(u16, &Path) -> Command) -> Self {
        let mut said = String::new();
        for _ in 0..TRIES {
            let port = free_port();
            let files = tempfile::tempdir().expect("a temporary folder");
            let log = files.path().join("log");
            let file = File::create(&log).expect("a file");
            let mut command = command(port, files.path());
            command
                .current_dir(files.path())
                .stdin(Stdio::null())
                .stdout(file.try_clone().expect("a file"))
                .stderr(file);
            let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
            let mut process = Process(child);
            let begun = Instant::now();
            let request = format!("GET {health} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            while begun.elapsed() < STARTS_IN && process.0.try_wait().expect("a child").is_none() {
                let there = ["HTTP/1.1 200", "HTTP/1.1 403"]; // azurite's: who are you?
                if ask(port, &request).is_ok_and(|answer| there.iter().any(|there| answer.starts_with(there))) {
                    return Self { port, _process: process, _files: files };
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            said = format!("{command:?} does not answer\n{}", std::fs::read_to_string(&log).unwrap_or_default());
        }
        panic!("{said}")
    }
}

/// A port of 127.0.0.1 that was free just now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn ask(port: u16, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
