//! What can go wrong with a cloud, as diagnostics. Must not know how they are shown.

use tonnage_base::codes::cloud as codes;
use tonnage_base::{Diagnostic, Severity};

use crate::cloud::{CloudError, Failure, Shortfall};

impl CloudError {
    /// As a diagnostic.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::Unreachable { .. } => (
                codes::T0701,
                "check the endpoint and the network, and run it again: an apply goes on where it was".to_owned(),
            ),
            Self::Denied(_) => (codes::T0702, "check which credentials are in use and what they may do".to_owned()),
            Self::Throttled { .. } => (
                codes::T0703,
                "wait a little and run it again; `apply -parallelism=2` asks for less at once".to_owned(),
            ),
            Self::Stale { .. } => (codes::T0704, "make a new plan and have it read".to_owned()),
            Self::State { unit, .. } => {
                (codes::T0705, format!("when {unit} is busy, wait; when it is stuck, repair what the reason names"))
            }
            Self::Refused { .. } => (
                codes::T0706,
                "mend what its words name; where no block of the fleet says that, report it with the plan".to_owned(),
            ),
            Self::Cancelled => (codes::T0707, "make a new plan: it starts from what is there now".to_owned()),
            Self::Corrupt { place, .. } => (
                codes::T0708,
                format!("mend {place}, or remove the embedded cloud's folder to start anew: nothing real is in it"),
            ),
        };
        Diagnostic::new(Severity::Error, code, self.to_string()).with_help(help)
    }
}

impl Failure {
    /// As a diagnostic; `kept` says that what landed was kept.
    pub fn diagnostic(&self, kept: bool) -> Diagnostic {
        let after = if kept { "what landed was kept" } else { "its unit was rolled back" };
        Diagnostic::new(Severity::Error, codes::T0710, format!("{}: {}", self.address, self.reason))
            .with_help(format!("{after}; mend what the cloud names and make a new plan"))
    }
}

impl Shortfall {
    /// As a diagnostic.
    pub fn diagnostic(&self) -> Diagnostic {
        let missing = self.asked.saturating_sub(self.running);
        let text =
            format!("{}: {} asked, {} running, {missing} {}", self.address, self.asked, self.running, self.reason);
        Diagnostic::new(Severity::Warning, codes::T0711, text)
            .with_help("what landed is held; plan again when there is room")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_base::Symbol;

    #[test]
    fn each_error_has_its_code_and_a_way_out() {
        let text = || "x".to_owned();
        let unit = Symbol::new("u");
        let cases = [
            (CloudError::Unreachable { endpoint: text(), reason: text() }, "T0701"),
            (CloudError::Denied(text()), "T0702"),
            (CloudError::Throttled { operation: text(), attempts: 3 }, "T0703"),
            (CloudError::Stale { unit }, "T0704"),
            (CloudError::State { unit, state: text(), reason: text() }, "T0705"),
            (CloudError::Refused { operation: text(), reason: text() }, "T0706"),
            (CloudError::Cancelled, "T0707"),
            (CloudError::Corrupt { place: text(), reason: text() }, "T0708"),
        ];
        for (error, code) in cases {
            let diagnostic = error.diagnostic();
            assert_eq!(diagnostic.code.id, code);
            assert!(diagnostic.help.is_some_and(|help| help.len() > 5), "{code}");
        }
    }
}
