//! What a store answered that did not do what it was asked, in words for people. Must not know what it was asked.

use std::error::Error;

/// Codes of an answer that say "not you" under a status which says something else.
const EXPIRED: [&str; 3] = ["ExpiredToken", "InvalidToken", "TokenRefreshRequired"];

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What holds the object is not there.
    NoBucket,
    /// Known or not, not allowed; why.
    Refused(String),
    /// Something else, or none; why.
    Other(String),
}

impl Answer {
    /// Of a store's error, by its innermost cause: of a folder what the system says, of an object store what it
    /// answered.
    pub(crate) fn of(error: &object_store::Error) -> Self {
        let mut last: &(dyn Error + 'static) = error;
        while let Some(cause) = last.source() {
            if cause.is::<std::io::Error>() {
                return Self::Other(cause.to_string());
            }
            last = cause;
        }
        let text = last.to_string();
        let Some((_, answer)) = text.split_once("non-2xx status code: ") else {
            return match error {
                object_store::Error::Unauthenticated { .. } | object_store::Error::PermissionDenied { .. } => {
                    Self::Refused(text)
                }
                _ => Self::Other(text),
            };
        };
        // `403 Forbidden: <?xml …>`
        let tag = |name: &str| {
            let (_, rest) = answer.split_once(&format!("<{name}>"))?;
            rest.split_once(&format!("</{name}>")).map(|(inner, _)| inner.lines().next().unwrap_or_default().trim())
        };
        let code = tag("Code");
        let words = match (tag("Message"), code) {
            (Some(message), Some(code)) => format!("{message} ({code})"),
            (_, Some(code)) => code.to_owned(),
            _ => answer.trim_end_matches([':', ' ', '\n']).to_owned(),
        };
        match answer.split(' ').next() {
            Some("404") => Self::NoBucket,
            Some("401" | "403") => Self::Refused(words),
            _ if code.is_some_and(|code| EXPIRED.contains(&code)) => Self::Refused(words),
            _ => Self::Other(words),
        }
    }
}
