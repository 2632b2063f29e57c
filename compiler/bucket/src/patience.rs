//! How long a bucket is waited for: a request that got no answer, or one that says "later", is made again for a while,
//! and a person is told. Must not know what is asked.
//!
//! A place that has never answered may be one that is not there, and is given up soon; one that has answered in this
//! run will again, and an apply that is under way waits for it longer.

use std::error::Error;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};

use crate::Say;

/// A connection that takes longer is not going to be one.
pub(crate) const CONNECTS_IN: Duration = Duration::from_secs(5);
/// The longest wait for the next bytes of an answer.
pub(crate) const ANSWERS_IN: Duration = Duration::from_secs(20);
/// When a person is told.
pub(crate) const TELLS_IN: Duration = Duration::from_secs(3);
/// The first pause; each is twice the one before it, up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Makes clients that are patient.
#[derive(Clone)]
pub(crate) struct Patience {
    say: Say,
    /// Some request was answered.
    answered: Arc<AtomicBool>,
    /// A person was told, and nothing was answered since.
    told: Arc<AtomicBool>,
    /// How long to ask again where nothing was ever answered, and where something was.
    waits: [Duration; 2],
    /// When a person is told.
    tells_in: Duration,
}

impl Patience {
    /// Tells `say` of what takes long.
    pub(crate) fn new(say: Say) -> Self {
        // ring, as everywhere: HTTP clients are built without a choice of their own
        let _ = rustls::crypto::ring::default_provider().install_default();
        let waits = [10, 60].map(Duration::from_secs);
        Self { say, answered: Arc::default(), told: Arc::default(), waits, tells_in: TELLS_IN }
    }

    fn wait(&self) -> Duration {
        let [never, once] = self.waits;
        if self.answered.load(Ordering::Relaxed) { once } else { never }
    }
}

impl std::fmt::Debug for Patience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patience").field("waits", &self.waits).finish_non_exhaustive()
    }
}

impl HttpConnector for Patience {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Patient { client, patience: self.clone() }))
    }
}

type Answer = Result<HttpResponse, HttpError>;

/// A client that is patient.
#[derive(Debug)]
struct Patient {
    client: HttpClient,
    patience: Patience,
}

#[async_trait]
impl HttpService for Patient {
    async fn call(&self, request: HttpRequest) -> Answer {
        let host = request.uri().authority().map_or_else(String::new, ToString::to_string);
        // a cloud's machine asks its host who it is: what is not there never will be
        if host.starts_with("169.254.") {
            return self.client.execute(request).await;
        }
        let late = || {
            if !self.patience.told.swap(true, Ordering::Relaxed) {
                let wait = self.patience.wait().as_secs();
                (self.patience.say)(&format!("the ledger at {host} does not answer; it is asked again for {wait} s"));
            }
        };
        aloud(self.ask(&host, request), self.patience.tells_in, late).await
    }
}

/// What comes of something, and a word where it takes long.
pub(crate) async fn aloud<T>(work: impl Future<Output = T>, tells_in: Duration, late: impl FnOnce()) -> T {
    let mut work = pin!(work);
    match tokio::time::timeout(tells_in, &mut work).await {
        Ok(done) => done,
        Err(_) => {
            late();
            work.await
        }
    }
}

impl Patient {
    /// Asks until there is an answer, or patience ends.
    async fn ask(&self, host: &str, request: HttpRequest) -> Answer {
        let begun = Instant::now();
        let mut pause = PAUSE;
        let mut tries = 1;
        loop {
            let answer = self.once(request.clone()).await;
            if answer.as_ref().is_ok_and(|answer| !is_passing(answer.status().as_u16())) {
                self.patience.answered.store(true, Ordering::Relaxed);
                self.patience.told.store(false, Ordering::Relaxed);
                return answer;
            }
            if begun.elapsed() + pause > self.patience.wait() {
                return answer.map_err(|error| silence(host, &error, tries, begun.elapsed()));
            }
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
            tries += 1;
        }
    }

    /// Asks once, and reads the answer to its end: one that breaks off is none.
    async fn once(&self, request: HttpRequest) -> Answer {
        let is_head = request.method().as_str() == "HEAD";
        let (mut head, body) = self.client.execute(request).await?.into_parts();
        let body = body.bytes().await?;
        // a proxy may hand on in pieces what came whole
        if !is_head {
            head.headers.entry("content-length").or_insert(body.len().into());
        }
        Ok(HttpResponse::from_parts(head, body.into()))
    }
}

/// Whether an answer says "later": too much at once, or something broke over there.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502..=504)
}

/// That no answer came, in words for people, which whoever looks through the causes finds.
fn silence(host: &str, error: &HttpError, tries: u32, waited: Duration) -> HttpError {
    let mut last: &dyn Error = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    let times = if tries == 1 { "once".to_owned() } else { format!("{tries} times in {} s", waited.as_secs().max(1)) };
    let text = format!("{host} does not answer: {last} (asked {times})");
    HttpError::new(HttpErrorKind::Unknown, io::Error::other(text))
}

#[cfg(test)]
mod tests;
