//! What a stack's status means. Must not know how it was asked for.

use tonnage_cloud::cloud::UnitState;

/// Statuses of stacks that are there. A deleted stack is listed for ninety days.
pub const LIVE: [&str; 22] = [
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
];

/// A stack that was named and never made: a change set waits in it, or was made in vain.
pub const IN_REVIEW: &str = "REVIEW_IN_PROGRESS";
/// A stack that is gone.
pub const DELETED: &str = "DELETE_COMPLETE";

/// The state of a unit whose stack has a status. `holds_something`: a resource of it is there.
///
/// A stack left in `CREATE_FAILED` or `UPDATE_FAILED` was told to keep what landed, and can be updated from there.
pub fn of(status: &str, reason: &str, holds_something: bool) -> UnitState {
    let (state, reason) = (status.to_owned(), reason.to_owned());
    match status {
        IN_REVIEW | "ROLLBACK_COMPLETE" => UnitState::FailedCreate { state, reason },
        "CREATE_FAILED" if !holds_something => UnitState::FailedCreate { state, reason },
        "ROLLBACK_FAILED" | "UPDATE_ROLLBACK_FAILED" | "DELETE_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
            UnitState::Stuck { state, reason }
        }
        _ if in_progress(status) => UnitState::Busy(state),
        _ => UnitState::Ready,
    }
}

/// What a person can do about a stack in a state that no update leads out of.
pub fn way_out(status: &str) -> &'static str {
    match status {
        "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
            "mend what it names, then `aws cloudformation continue-update-rollback`"
        }
        _ => "mend what it names and delete the stack, keeping what can't be deleted (`--retain-resources`)",
    }
}

/// Whether something is going on.
pub fn in_progress(status: &str) -> bool {
    status.ends_with("_IN_PROGRESS") && status != IN_REVIEW
}

/// Whether a stack or resource is as it was asked to be.
pub fn succeeded(status: &str) -> bool {
    matches!(
        status,
        "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "IMPORT_COMPLETE"
            | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            | "DELETE_COMPLETE"
    )
}

/// Whether a failed operation left what had landed.
pub fn kept(status: &str) -> bool {
    matches!(status, "CREATE_FAILED" | "UPDATE_FAILED")
}

/// Whether a resource of a stack is there.
pub fn is_there(resource_status: &str) -> bool {
    !matches!(
        resource_status,
        "CREATE_FAILED" | "DELETE_COMPLETE" | "DELETE_SKIPPED" | "IMPORT_FAILED" | "IMPORT_ROLLBACK_COMPLETE"
    )
}

/// What happens to a resource (or, with `whole`, to a stack), in the words of progress events.
pub fn what(status: &str, reason: &str, whole: bool) -> &'static str {
    if status.contains("ROLLBACK") {
        return if status.ends_with("_FAILED") { "failed" } else { "rolling back" };
    }
    match status {
        "CREATE_IN_PROGRESS" | "IMPORT_IN_PROGRESS" => "creating",
        "CREATE_COMPLETE" | "IMPORT_COMPLETE" => "created",
        "UPDATE_IN_PROGRESS" if reason.contains("creation of a new physical resource") => "replacing",
        "UPDATE_IN_PROGRESS" if reason.starts_with("Rolling update initiated") => "rolling",
        "UPDATE_IN_PROGRESS" => "updating",
        "UPDATE_COMPLETE" => "updated",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" if whole => "deleting",
        "DELETE_IN_PROGRESS" => "deleting",
        "DELETE_COMPLETE" => "deleted",
        "DELETE_SKIPPED" => "retained",
        _ if status.ends_with("_FAILED") => "failed",
        _ => "waiting",
    }
}

/// Whether a resource's failure is only that of another: CloudFormation cancels what runs beside a failure.
pub fn is_consequence(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    reason.contains("cancelled") || reason.contains("canceled") || reason.contains("failed to create: [")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_landed_is_never_taken_for_an_empty_stack() {
        assert_eq!(of("CREATE_FAILED", "", true), UnitState::Ready);
        assert!(matches!(of("CREATE_FAILED", "", false), UnitState::FailedCreate { .. }));
        assert!(matches!(of("ROLLBACK_COMPLETE", "", true), UnitState::FailedCreate { .. }));
        assert_eq!(of("UPDATE_FAILED", "", true), UnitState::Ready);
    }

    #[test]
    fn every_live_status_has_a_state() {
        for status in LIVE {
            let state = of(status, "because", true);
            match state {
                UnitState::Busy(_) => assert!(status.ends_with("_IN_PROGRESS")),
                UnitState::Stuck { reason, .. } => {
                    assert!(status.ends_with("_FAILED"));
                    assert_eq!(reason, "because");
                }
                UnitState::FailedCreate { .. } => assert!(status == IN_REVIEW || status == "ROLLBACK_COMPLETE"),
                UnitState::Ready => assert!(status.ends_with("_COMPLETE") || kept(status)),
            }
        }
    }

    #[test]
    fn a_cancelled_neighbour_is_not_the_cause() {
        assert!(is_consequence("Resource creation cancelled"));
        assert!(!is_consequence("We currently do not have sufficient p5.48xlarge capacity"));
    }

    #[test]
    fn a_replacing_update_is_told_from_one_in_place() {
        let reason = "Requested update requires the creation of a new physical resource; hence creating one.";
        assert_eq!(what("UPDATE_IN_PROGRESS", reason, false), "replacing");
        assert_eq!(what("UPDATE_IN_PROGRESS", "", false), "updating");
        let reason = "Rolling update initiated. Terminating 4 obsolete instance(s) in batches of 2.";
        assert_eq!(what("UPDATE_IN_PROGRESS", reason, false), "rolling");
        assert_eq!(what("UPDATE_ROLLBACK_COMPLETE", "", true), "rolling back");
    }
}
