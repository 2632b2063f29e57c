//! A ledger in a bucket whose service breaks: what is asked, what is asked again, what a person is told. Must not test
//! what real services do: the emulator tests do that, where an emulator creates if absent.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;

use object_store::gcp::{GcpCredential, GoogleCloudStorageBuilder};
use object_store::{RetryConfig, StaticCredentialProvider};
use tonnage_ledger::{Address, Ledger, LedgerError, LockRequest};

use super::*;

/// What goes wrong with the next request.
enum Fault {
    /// It is answered so instead.
    Says(&'static str, &'static str),
    /// It is done, and the answer is lost.
    Loses,
    /// It is done, and the answer breaks off.
    Breaks,
    /// Nothing comes.
    Keeps,
}

/// By path: who wrote it, and what.
type Objects = BTreeMap<String, (String, Vec<u8>)>;

/// A service in the words of Google Cloud Storage, with one bucket.
#[derive(Clone, Default)]
struct Service {
    objects: Arc<Mutex<Objects>>,
    faults: Arc<Mutex<VecDeque<Fault>>>,
    /// First lines and headers of all requests.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn breaking(faults: impl IntoIterator<Item = Fault>) -> Self {
        let service = Self::default();
        service.faults.lock().expect("unbroken").extend(faults);
        service
    }

    /// Starts it; the ledger in it, by a writer of this name.
    fn ledger(&self, writer: &str) -> (Ledger, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let service = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let service = service.clone();
                std::thread::spawn(move || service.serve(stream.expect("a connection")));
            }
        });
        ledger(&address, writer)
    }

    fn serve(&self, stream: TcpStream) {
        let mut lines = BufReader::new(stream.try_clone().expect("a stream"));
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if lines.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let header = |name: &str| {
            let value = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix(name).map(str::to_owned));
            value.map(|value| value.trim_start_matches([':', ' ']).to_owned())
        };
        let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
        lines.read_exact(&mut body).expect("a body");
        self.asked.lock().expect("unbroken").push(head.clone());
        let mut words = head.split(' ');
        let (method, path) = (words.next().expect("a method"), words.next().expect("a path"));
        let fault = self.faults.lock().expect("unbroken").pop_front();
        let (status, mark, answer) = match &fault {
            Some(Fault::Says(status, answer)) => ((*status).to_owned(), String::new(), answer.as_bytes().to_vec()),
            _ => self.does(method, path, header("x-goog-meta-writer").unwrap_or_default(), body),
        };
        let mut stream = stream;
        let longer = if matches!(fault, Some(Fault::Breaks)) { 10 } else { 0 };
        let text = format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\nETag: \"1\"\r\nx-goog-meta-writer: {mark}\r\n\
             Last-Modified: Sun, 22 Nov 2026 00:00:00 GMT\r\nContent-Length: {}\r\n\r\n",
            answer.len() + longer
        );
        match fault {
            Some(Fault::Loses) => {}
            Some(Fault::Keeps) => std::thread::sleep(Duration::from_secs(5)),
            _ => {
                let answer = if method == "HEAD" { &[] } else { answer.as_slice() };
                let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.write_all(answer));
            }
        }
    }

    fn does(&self, method: &str, path: &str, mark: String, body: Vec<u8>) -> (String, String, Vec<u8>) {
        let path = &path.replace("%2F", "/").replace("%2E", ".");
        let mut objects = self.objects.lock().expect("unbroken");
        let said = |status: &str| (status.to_owned(), String::new(), Vec::new());
        match method {
            "PUT" if objects.contains_key(path) => said("412 Precondition Failed"),
            "PUT" => {
                objects.insert(path.to_owned(), (mark, body));
                said("200 OK")
            }
            "DELETE" => {
                objects.remove(path);
                said("204 No Content")
            }
            _ if path.contains("list-type=2") => {
                let (_, prefix) = path.split_once("prefix=").expect("a prefix");
                let prefix = prefix.split('&').next().unwrap_or(prefix);
                let found = objects.keys().filter_map(|path| path.strip_prefix("/bucket/"));
                let found: String = found.filter(|name| name.starts_with(prefix)).map(|name| {
                    format!("<Contents><Key>{name}</Key><LastModified>2026-11-22T00:00:00Z</LastModified><ETag>1</ETag><Size>1</Size></Contents>")
                }).collect();
                let xml = format!("<ListBucketResult>{found}</ListBucketResult>");
                ("200 OK".to_owned(), String::new(), xml.into_bytes())
            }
            _ => match objects.get(path) {
                Some((mark, body)) => ("200 OK".to_owned(), mark.clone(), body.clone()),
                None => said("404 Not Found"),
            },
        }
    }
}

/// The ledger in a bucket of a service, which is waited for a moment; and what a person is told meanwhile.
fn ledger(address: &str, writer: &str) -> (Ledger, Arc<Mutex<Vec<String>>>) {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = Arc::clone(&told);
    let patience = Patience {
        waits: [1500, 3000].map(Duration::from_millis),
        tells_in: Duration::from_millis(100),
        ..Patience::new(Arc::new(move |text: &str| tell.lock().expect("unbroken").push(text.to_owned())))
    };
    let store = GoogleCloudStorageBuilder::new()
        .with_bucket_name("bucket")
        .with_base_url(&format!("http://{address}"))
        .with_credentials(Arc::new(StaticCredentialProvider::new(GcpCredential { bearer: "of-a-test".to_owned() })))
        .with_client_options(ClientOptions::new().with_allow_http(true).with_read_timeout(Duration::from_millis(500)))
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
        .with_http_connector(patience)
        .build()
        .expect("a store");
    let Ok(Address::Bucket(bucket)) = Address::parse("gs://bucket/fleets/a") else { panic!("a bucket") };
    (Ledger::in_bucket(bucket, Arc::new(store), writer.to_owned()), told)
}

async fn lock(ledger: &Ledger, owner: &str) -> std::result::Result<String, LedgerError> {
    let request = LockRequest { owner: owner.to_owned(), purpose: "a test".to_owned(), ttl_seconds: 60 };
    ledger.lock(&request, "2026-11-22T00:00:00Z".parse().expect("a time")).await.map(|lock| lock.info.owner)
}

/// The code of an error, and its words.
fn told(error: &LedgerError) -> (String, String) {
    let told = error.diagnostic("2026-11-22T00:00:00Z".parse().expect("a time"));
    (told.code.id.to_owned(), told.message)
}

#[tokio::test]
async fn what_is_written_is_created_if_absent_under_its_prefix() {
    let service = Service::default();
    let (ledger, _) = service.ledger("a");
    assert_eq!(lock(&ledger, "ann").await, Ok("ann".to_owned()));
    assert!(service.objects.lock().expect("unbroken").contains_key("/bucket/fleets/a/lock/00000001.json"));
    let asked = service.asked.lock().expect("unbroken").clone();
    let put: Vec<&String> = asked.iter().filter(|head| head.starts_with("PUT ")).collect();
    assert!(matches!(put.as_slice(), [put] if put.contains("x-goog-if-generation-match: 0\r\n")), "{asked:?}");
}

#[tokio::test]
async fn of_many_who_want_the_lock_at_once_one_has_it() {
    let service = Service::default();
    let ledgers: Vec<(String, Ledger)> = (0..8).map(|n| (n.to_string(), service.ledger(&n.to_string()).0)).collect();
    // the same words by all: who they are does not tell them apart
    let taken = futures::future::join_all(ledgers.iter().map(|(_, ledger)| lock(ledger, "ann"))).await;
    assert_eq!(taken.iter().filter(|lock| lock.is_ok()).count(), 1, "{taken:?}");
    assert!(taken.iter().all(|lock| matches!(lock, Ok(_) | Err(LedgerError::Locked(_)))), "{taken:?}");
}

#[tokio::test]
async fn what_was_written_while_the_answer_was_lost_is_known_as_ones_own() {
    for fault in [Fault::Loses, Fault::Breaks, Fault::Keeps] {
        let nothing = || Fault::Says("200 OK", "<ListBucketResult></ListBucketResult>");
        let service = Service::breaking([nothing(), fault]);
        let (ledger, _) = service.ledger("a");
        assert_eq!(lock(&ledger, "ann").await, Ok("ann".to_owned()));
        assert_eq!(service.objects.lock().expect("unbroken").len(), 1);
    }
}

#[tokio::test]
async fn a_write_that_was_refused_for_nothing_is_made_again() {
    let nothing = || Fault::Says("200 OK", "<ListBucketResult></ListBucketResult>");
    let conflict = Fault::Says("409 Conflict", "<Error><Code>ConditionalRequestConflict</Code></Error>");
    let service = Service::breaking([nothing(), conflict]);
    assert_eq!(lock(&service.ledger("a").0, "ann").await, Ok("ann".to_owned()));
}

#[tokio::test]
async fn who_says_later_is_asked_later_and_a_person_is_told() {
    let later = || Fault::Says("503 Service Unavailable", "<Error><Code>SlowDown</Code></Error>");
    let service = Service::breaking([later(), later(), Fault::Breaks]);
    let (ledger, said) = service.ledger("a");
    assert_eq!(ledger.serial().await, Ok(0));
    let said = said.lock().expect("unbroken").clone();
    assert!(matches!(said.as_slice(), [said] if said.contains("does not answer; it is asked again for")), "{said:?}");
    let service = Service::breaking((0..20).map(|_| later()));
    let error = service.ledger("a").0.serial().await.expect_err("too often");
    assert_eq!(told(&error), ("T0808".into(), "the ledger: gs://bucket/fleets/a: listing records: SlowDown".into()));
}

#[tokio::test]
async fn who_is_not_there_is_given_up() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let begun = Instant::now();
    let error = ledger(&free, "a").0.serial().await.expect_err("nobody is there");
    let (code, words) = told(&error);
    assert_eq!(code, "T0808");
    assert!(words.contains(&format!("{free} does not answer: Connection refused")), "{words}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_refusal_is_told_at_once_with_the_way_out() {
    for (status, body, code, words) in [
        ("404 Not Found", "<Error><Code>NoSuchBucket</Code></Error>", "T0809", "is not there: gs://bucket/fleets/a"),
        (
            "403 Forbidden",
            "<Error><Code>AccessDenied</Code><Message>You may not.\nid: 7</Message></Error>",
            "T0811",
            "listing records: You may not. (AccessDenied)",
        ),
        ("401 Unauthorized", "", "T0811", "listing records: 401 Unauthorized"),
        ("400 Bad Request", "<Error><Code>ExpiredToken</Code></Error>", "T0811", "listing records: ExpiredToken"),
        ("400 Bad Request", "<Error><Code>Odd</Code></Error>", "T0808", "listing records: Odd"),
    ] {
        let service = Service::breaking([Fault::Says(status, body)]);
        let error = service.ledger("a").0.serial().await.expect_err(status);
        let told = told(&error);
        assert!(told.0 == code && told.1.ends_with(words), "{told:?}");
        assert_eq!(service.asked.lock().expect("unbroken").len(), 1, "{status}");
    }
}
