//! Calls in the Query protocol, and one in JSON, to services whose own clients are not worth their weight in every
//! build: EC2's takes longer to compile than everything else together, and four calls are needed. Signed, repeated and
//! given up as the other clients do it, because they are made of the same parts. Must not know what is asked for.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_autoscaling::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_cloudformation::error::SdkError;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::TransientErrorClassifier;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{AuthSchemeOptionResolverParams, SharedAuthSchemeOptionResolver};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};
use aws_types::region::SigningRegion;
use aws_types::service_config::ServiceConfigKey;
use aws_types::{SigningName, region};
use futures::FutureExt as _;
use tonnage_base::Symbol;

/// A service that speaks it.
pub struct Service {
    /// As the SDKs name it: `EC2`.
    pub id: &'static str,
    /// What its host begins with, which is also what its requests are signed for.
    pub host: &'static str,
    /// Of its protocol.
    pub version: &'static str,
}

/// Parameters of a call by their names, `Filter.1.Name`.
pub type Parameters = Vec<(String, String)>;

/// What a call ends with that failed.
pub type QueryError = SdkError<ErrorMetadata, HttpResponse>;

/// The client of one service in one region.
#[derive(Clone)]
pub struct Query {
    service: &'static Service,
    region: Symbol,
    sdk: SdkConfig,
}

impl Query {
    /// A client that calls as the others do.
    pub fn new(service: &'static Service, region: Symbol, sdk: &SdkConfig) -> Self {
        Self { service, region, sdk: sdk.clone() }
    }

    /// Makes one call: the body of the answer, in XML.
    pub async fn send(&self, action: &str, parameters: &Parameters) -> Result<String, QueryError> {
        self.invoke(Body { text: self.form(action, parameters), target: None }).await
    }

    /// Makes one call of a service that speaks JSON, by its name there (`CloudApiService.GetResource`): the body of the
    /// answer.
    pub async fn ask(&self, target: &'static str, json: String) -> Result<String, QueryError> {
        self.invoke(Body { text: json, target: Some(target) }).await
    }

    async fn invoke(&self, body: Body) -> Result<String, QueryError> {
        self.operation().map_err(SdkError::construction_failure)?.invoke(body).await
    }

    fn form(&self, action: &str, parameters: &Parameters) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", self.service.version).extend_pairs(parameters);
        form.finish()
    }

    fn operation(&self) -> Result<Operation<Body, String, ErrorMetadata>, BoxError> {
        let sdk = &self.sdk;
        let mut operation = Operation::builder()
            .service_name(self.service.id)
            .operation_name("Query")
            .endpoint_url(&endpoint(self.service, self.region, sdk)?)
            .runtime_plugin(signing(self.service, self.region, sdk))
            .timeout_config(sdk.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled))
            .standard_retry(&sdk.retry_config().cloned().unwrap_or_else(RetryConfig::disabled))
            .http_client(sdk.http_client().ok_or("there is no HTTP client")?)
            .serializer(request)
            .deserializer(response);
        if let Some(sleep) = sdk.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        if let Some(time) = sdk.time_source() {
            operation = operation.time_source(time);
        }
        Ok(operation.build())
    }
}

/// Where a service is: where the configuration says, else at its host. Which domains a region's services have is asked
/// of a client that knows it.
fn endpoint(service: &Service, region: Symbol, sdk: &SdkConfig) -> Result<String, BoxError> {
    let key =
        ServiceConfigKey::builder().service_id(service.id).env("AWS_ENDPOINT_URL").profile("endpoint_url").build()?;
    let own = || sdk.service_config().and_then(|config| config.load_config(key));
    let of_all = || sdk.endpoint_url().map(str::to_owned);
    let told = if sdk.get_origin("endpoint_url").is_client_config() { of_all() } else { own().or_else(of_all) };
    if let Some(told) = told {
        return Ok(told);
    }
    let params = Params::builder()
        .region(region.as_str())
        .set_use_fips(sdk.use_fips())
        .set_use_dual_stack(sdk.use_dual_stack())
        .build()?;
    let known = DefaultResolver::new();
    let known = known.resolve_endpoint(&params).now_or_never().ok_or("the endpoint is not known at once")??;
    Ok(known.url().replacen("autoscaling", service.host, 1))
}

/// How a request is signed, and which failures are worth another attempt.
fn signing(service: &Service, region: Symbol, sdk: &SdkConfig) -> StaticRuntimePlugin {
    let mut layer = Layer::new("signing");
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(region::Region::new(region.as_str()))),
        name: Some(SigningName::from(service.host)),
        ..SigV4OperationSigningConfig::default()
    });
    let options = SharedAuthSchemeOptionResolver::new(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]));
    let mut parts = RuntimeComponentsBuilder::new("signing")
        .with_auth_scheme(SigV4AuthScheme::new())
        .with_auth_scheme_option_resolver(Some(options))
        .with_retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
        .with_retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new());
    if let Some(credentials) = sdk.credentials_provider() {
        parts = parts.with_identity_resolver(SCHEME_ID, credentials);
    }
    if let Some(cache) = sdk.identity_cache() {
        parts = parts.with_identity_cache(Some(cache));
    }
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(parts)
}

/// What is sent: a form, or JSON for what has a name.
#[derive(Debug)]
struct Body {
    text: String,
    target: Option<&'static str>,
}

fn request(body: Body) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(body.text));
    request.set_method("POST")?;
    request.set_uri("/")?;
    match body.target {
        None => request.headers_mut().insert("content-type", "application/x-www-form-urlencoded"),
        Some(target) => {
            request.headers_mut().insert("x-amz-target", target);
            request.headers_mut().insert("content-type", "application/x-amz-json-1.0")
        }
    };
    request.headers_mut().insert("user-agent", concat!("tonnage/", env!("CARGO_PKG_VERSION")));
    Ok(request)
}

fn response(response: &HttpResponse) -> Result<String, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return String::from_utf8(body.to_vec()).map_err(|error| OrchestratorError::response(error.into()));
    }
    // What is no error of the protocol has neither code nor words.
    Err(OrchestratorError::operation(refusal(body).unwrap_or_default()))
}

/// `<Error><Code/><Message/></Error>`, wherever it stands, or `{"__type": "…#Code", "message": "…"}`.
fn refusal(body: &[u8]) -> Result<ErrorMetadata, XmlDecodeError> {
    let mut error = ErrorMetadata::builder();
    if let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) {
        let text = |key: &str| json.get(key).and_then(serde_json::Value::as_str);
        if let Some(kind) = text("__type") {
            error = error.code(kind.rsplit('#').next().unwrap_or(kind));
        }
        if let Some(message) = text("message").or_else(|| text("Message")) {
            error = error.message(message);
        }
        return Ok(error.build());
    }
    let mut document = Document::try_from(body)?;
    while let Some(start) = document.next_start_element() {
        if !start.matches("Error") {
            continue;
        }
        let mut scope = document.scoped_to(start);
        while let Some(mut field) = scope.next_tag() {
            match field.start_el().local() {
                "Code" => error = error.code(try_data(&mut field)?),
                "Message" => error = error.message(try_data(&mut field)?),
                _ => {}
            }
        }
        break;
    }
    Ok(error.build())
}

/// An entry of a list: the fields that were asked for and are there.
pub type Entry = BTreeMap<&'static str, String>;

/// One page of a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its entries.
    pub entries: Vec<Entry>,
    /// What the next page is asked for with.
    pub next: Option<String>,
}

/// Reads a list: its entries' fields, `Values/member` being the first member of a list in an entry. None: it is no such
/// answer, or not the whole of it.
pub fn page(xml: &str, list: &str, fields: &[&'static str]) -> Option<Page> {
    let mut document = Document::new(xml);
    let root = document.next_start_element()?;
    // The decoder takes what was cut off for the end.
    xml.trim_end().strip_suffix('>')?.strip_suffix(root.local())?.strip_suffix("</")?;
    let mut page = Page::default();
    let mut found = false;
    while let Some(start) = document.next_start_element() {
        if start.local().eq_ignore_ascii_case("nextToken") {
            let token = try_data(&mut document.scoped_to(start)).ok()?;
            page.next = Some(token.into_owned()).filter(|token| !token.is_empty());
        } else if start.matches(list) {
            found = true;
            let mut scope = document.scoped_to(start);
            while let Some(mut entry) = scope.next_tag() {
                page.entries.push(known(&mut entry, fields)?);
            }
        }
    }
    found.then_some(page)
}

fn known(entry: &mut ScopedDecoder<'_, '_>, fields: &[&'static str]) -> Option<Entry> {
    let mut known = Entry::new();
    while let Some(mut field) = entry.next_tag() {
        let name = field.start_el().local();
        let Some(path) = fields.iter().find(|path| path.split('/').next() == Some(name)) else { continue };
        let text = if path.contains('/') {
            field.next_tag().map(|mut first| try_data(&mut first))
        } else {
            Some(try_data(&mut field))
        };
        if let Some(text) = text {
            known.insert(path, text.ok()?.into_owned());
        }
    }
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 3] = ["id", "state", "Values/member"];

    fn read(xml: &str) -> Option<Page> {
        page(xml, "set", &FIELDS)
    }

    #[test]
    fn a_page_is_its_entries_and_what_the_next_one_is_asked_for_with() {
        let xml = r#"<?xml version="1.0"?>
            <Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>
            <set>
                <item><tagSet><item><id>not this</id></item></tagSet><id>cr-1</id><state>active</state></item>
                <item><id>a &amp; b</id><Values><member>7.0</member><member>8.0</member></Values></item>
                <item><Values/></item>
            </set><nextToken>t=</nextToken></Response>
        "#;
        let page = read(xml).expect("a page");
        let entries: Vec<Vec<(&str, &str)>> =
            page.entries.iter().map(|e| e.iter().map(|(name, text)| (*name, text.as_str())).collect()).collect();
        assert_eq!(
            entries,
            [vec![("id", "cr-1"), ("state", "active")], vec![("Values/member", "7.0"), ("id", "a & b")], vec![]]
        );
        assert_eq!(page.next.as_deref(), Some("t="));
        assert_eq!(read("<Response><set/><nextToken/></Response>"), Some(Page::default()), "nothing, and all of it");
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_no_page() {
        for xml in
            ["", "<html><body>busy</body></html>", "<Response></Response>", "{}", "<Response><set><item><id>cr-1"]
        {
            assert_eq!(read(xml), None, "{xml}");
        }
        assert_eq!(read("<Response><set><item><id>cr-1</id></item></set>"), None);
    }

    #[test]
    fn the_forms_of_a_refusal_are_one() {
        let read = |xml: &str| {
            let error = refusal(xml.as_bytes()).unwrap_or_default();
            (error.code().map(str::to_owned), error.message().map(str::to_owned))
        };
        let some = |code: &str, message: &str| (Some(code.to_owned()), Some(message.to_owned()));
        assert_eq!(
            read("<Response><Errors><Error><Code>A</Code><Message>no</Message></Error></Errors></Response>"),
            some("A", "no")
        );
        assert_eq!(
            read(
                "<ErrorResponse><Error><Type>Sender</Type><Code>B</Code><Message>so</Message></Error></ErrorResponse>"
            ),
            some("B", "so")
        );
        assert_eq!(read(r#"{"__type":"com.amazon.cloudapi#C","Message":"why"}"#), some("C", "why"));
        assert_eq!(read("<html>502</html>"), (None, None));
        assert_eq!(read(""), (None, None));
    }

    #[test]
    fn a_service_is_at_its_host_in_the_domain_of_the_region() {
        let at = |region: &str, told: Option<&str>| {
            let mut sdk = SdkConfig::builder();
            sdk.set_endpoint_url(told.map(str::to_owned));
            let service = Service { id: "EC2", host: "ec2", version: "2016-11-15" };
            endpoint(&service, Symbol::new(region), &sdk.build()).expect("an endpoint")
        };
        assert_eq!(at("us-east-2", None), "https://ec2.us-east-2.amazonaws.com");
        assert_eq!(at("cn-north-1", None), "https://ec2.cn-north-1.amazonaws.com.cn");
        assert_eq!(at("us-east-2", Some("http://127.0.0.1:5000")), "http://127.0.0.1:5000");
    }
}
