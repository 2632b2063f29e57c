//! The SDK's errors in our words. Must not decide what to do about them.

use aws_sdk_cloudformation::config::http::HttpResponse;
use aws_sdk_cloudformation::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use tonnage_cloud::cloud::CloudError;

use super::config::ATTEMPTS;

/// Codes that say: too often.
const THROTTLED: [&str; 6] = [
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "RequestThrottled",
    "SlowDown",
];

/// Codes that say: known, and not allowed this.
const NOT_PERMITTED: [&str; 3] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/// Codes that say: not you.
const DENIED: [&str; 8] = [
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "OptInRequired",
];

/// What went wrong with a call, after all its attempts.
pub fn cloud_error<E>(operation: &str, endpoint: &str, error: SdkError<E, HttpResponse>) -> CloudError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(service) => {
            let (code, message) = (service.err().code().unwrap_or(""), service.err().message().unwrap_or(""));
            if THROTTLED.contains(&code) {
                return CloudError::Throttled { operation: operation.into(), attempts: ATTEMPTS };
            }
            if DENIED.contains(&code) || NOT_PERMITTED.contains(&code) {
                return CloudError::Denied(format!("{operation}: {code}: {message}"));
            }
            let reason = match (code, message) {
                ("", "") => format!("HTTP {} without words the service is known for", service.raw().status().as_u16()),
                (code, "") => code.to_owned(),
                (_, message) => message.to_owned(),
            };
            CloudError::Refused { operation: operation.into(), reason }
        }
        SdkError::ResponseError(response) => CloudError::Refused {
            operation: operation.into(),
            reason: format!("HTTP {}, and no answer of this API", response.raw().status().as_u16()),
        },
        _ => {
            let words = words(&error);
            if words.contains("redential") || words.contains("token provider") {
                return CloudError::Denied(format!(
                    "no usable AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and \
                     AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login` ({words})"
                ));
            }
            CloudError::Unreachable { endpoint: endpoint.into(), reason: words }
        }
    }
}

/// Whether whoever called is known, and lacks a permission.
pub fn lacks_permission<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    error.code().is_some_and(|code| NOT_PERMITTED.contains(&code))
}

/// The chain of causes on one line, the innermost being what a person can act on.
fn words<E: std::error::Error + Send + Sync + 'static>(error: &SdkError<E, HttpResponse>) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.iter().any(|known| known.contains(&text)) {
            words.push(text);
        }
        cause = error.source();
    }
    if words.is_empty() { DisplayErrorContext(error).to_string() } else { words.join(": ") }
}

/// Whether a stack, or a change set, is not there.
pub fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    error.as_service_error().is_some_and(|error| {
        matches!(error.code(), Some("ChangeSetNotFound" | "StackNotFoundException"))
            || error.message().is_some_and(|message| message.contains("does not exist"))
    })
}

/// Whether an error says that a call is not known there.
pub fn is_missing_reply(error: &CloudError) -> bool {
    matches!(error, CloudError::Refused { reason, .. } if reason.contains("does not exist"))
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::error::ErrorMetadata;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn refused(code: &str, message: &str) -> SdkError<ErrorMetadata, HttpResponse> {
        let error = ErrorMetadata::builder().code(code).message(message).build();
        let status = 400_u16.try_into().expect("a status");
        SdkError::service_error(error, HttpResponse::new(status, SdkBody::empty()))
    }

    fn check(code: &str, message: &str, expected: &str) {
        assert_eq!(cloud_error("ListStacks", "AWS in us-east-2", refused(code, message)).to_string(), expected);
    }

    #[test]
    fn an_error_says_whose_fault_it_is() {
        check("Throttling", "Rate exceeded", "it is called too often: `ListStacks` was refused 6 times");
        check(
            "ExpiredToken",
            "The security token is expired",
            "not allowed: ListStacks: ExpiredToken: The security token is expired",
        );
        check("ValidationError", "Template format error", "`ListStacks` was refused: Template format error");
        check("", "", "`ListStacks` was refused: HTTP 400 without words the service is known for");
    }

    #[test]
    fn a_stack_that_is_not_there_is_told_from_a_wrong_request() {
        assert!(is_missing(&refused("ValidationError", "Stack with id serving-a does not exist")));
        assert!(!is_missing(&refused("ValidationError", "Template format error")));
    }
}
