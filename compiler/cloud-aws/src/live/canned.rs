//! Services that answer what a test tells them to, by the clients' own way. Must not know what is asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudformation::config::http::HttpResponse;
use aws_sdk_cloudformation::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;

/// What a service answers.
#[derive(Clone)]
pub enum Reply {
    /// This status, with this body.
    Is(u16, String),
    /// Never.
    Silence,
    /// The connection breaks.
    Reset,
}

pub fn ok(body: &str) -> Reply {
    Reply::Is(200, body.to_owned())
}

pub fn refused(body: &str) -> Reply {
    Reply::Is(400, body.to_owned())
}

/// Services that answer what a test tells them to, by host and form, or by host, target and JSON.
#[derive(Clone)]
pub struct Canned {
    answer: Arc<dyn Fn(&str) -> Reply + Send + Sync>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for Canned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canned")
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        assert!(request.headers().get("authorization").is_some_and(|by| by.contains("/aws4_request")), "unsigned");
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let call = format!("{} {target} {body}", request.uri());
        self.calls.lock().expect("no call panics").push(call.clone());
        match (self.answer)(&call) {
            Reply::Is(status, body) => {
                let status = status.try_into().expect("a status");
                HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
            }
            Reply::Silence => HttpConnectorFuture::new(std::future::pending()),
            Reply::Reset => HttpConnectorFuture::ready(Err(ConnectorError::io("connection reset by peer".into()))),
        }
    }
}

impl Canned {
    /// A service.
    pub fn new(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), calls: Arc::default() }
    }

    /// What was called so far.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().expect("no call panics").clone()
    }

    /// What a client is made of that calls it: two attempts.
    pub fn sdk(&self) -> SdkConfig {
        let client = self.clone();
        let http = http_client_fn(move |_: &HttpConnectorSettings, _| SharedHttpConnector::new(client.clone()));
        SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .http_client(http)
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "testing", "testing", None, None, "test",
            )))
            .retry_config(RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(1)))
            .build()
    }
}
