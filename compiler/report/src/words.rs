//! Numbers, money, actions and addresses in the words a reviewer reads. Must not know formats.

use tonnage_base::{Decimal, quantity::Money, quantity::group_thousands};
use tonnage_plan::{
    Action, Reason,
    model::{Guard, GuardState},
};

use crate::style::Paint;

/// The symbol of an action: `+`, `-`, `~`, `-/+`, `+/-`, `.`, `>`.
pub const fn symbol(action: Action) -> &'static str {
    match action {
        Action::Delete => "-",
        Action::ReplaceDeleteFirst => "-/+",
        Action::ReplaceCreateFirst => "+/-",
        Action::Forget => ".",
        Action::Create => "+",
        Action::Update => "~",
        Action::Move => ">",
        Action::NoOp => "=",
    }
}

/// The action as a verb: `create`, `replace`, …
pub const fn verb(action: Action) -> &'static str {
    match action {
        Action::Delete => "destroy",
        Action::ReplaceDeleteFirst => "replace, old one first",
        Action::ReplaceCreateFirst => "replace, new one first",
        Action::Forget => "keep, no longer managed",
        Action::Create => "create",
        Action::Update => "update in place",
        Action::Move => "rename",
        Action::NoOp => "leave",
    }
}

/// An address without its keys: what 512 instances have in common.
pub fn without_keys(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(open) = rest.find("[\"") {
        out.push_str(&rest[..open]);
        let after = &rest[open + 2..];
        match after.find("\"]") {
            Some(close) => rest = &after[close + 2..],
            None => {
                out.push_str(&rest[open..]);
                return out;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The reason in words; none where the action says it all.
pub fn reason(reason: &Reason) -> Option<String> {
    Some(match reason {
        Reason::New | Reason::Changed | Reason::Gone => return None,
        Reason::CreateOnly { property } => format!("{property} can only be set at creation"),
        Reason::Cascade { from, property } => format!("{property} follows {from}, which is replaced"),
        Reason::Follows { from, property } => format!("{property} follows {from}, which changes"),
        Reason::Conditional { property } => format!("{property} may replace it: the cloud decides"),
        Reason::Drift => "changed outside the fleet file since it was applied".to_owned(),
        Reason::Missing => "accepted by the cloud once, but not there".to_owned(),
        Reason::Retained => "retained: it stays in the cloud, and its cost with it".to_owned(),
        Reason::Moved => "its address changes".to_owned(),
        #[allow(unreachable_patterns, reason = "new reasons show their code until they have words")]
        other => other.code().to_owned(),
    })
}

/// `1 stack`, `2 stacks`.
pub fn count(n: u64, one: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {one}{plural}", group_thousands(n))
}

/// `+96`, `−8`, `0`.
pub fn delta(before: u64, after: u64) -> String {
    match after.cmp(&before) {
        std::cmp::Ordering::Greater => format!("+{}", group_thousands(after - before)),
        std::cmp::Ordering::Less => format!("−{}", group_thousands(before - after)),
        std::cmp::Ordering::Equal => "0".to_owned(),
    }
}

/// Money with a sign, short: `+$31.4M`.
pub fn money_delta(before: Decimal, after: Decimal, currency: tonnage_base::Symbol) -> String {
    let difference = after - before;
    if difference.is_zero() {
        return "0".to_owned();
    }
    let sign = if difference.is_sign_negative() { "−" } else { "+" };
    format!("{sign}{}", Money { amount: difference.abs(), currency }.short())
}

/// How a guard that does not hold is said, and in which colour.
pub fn guard(guard: &Guard) -> (&'static str, Paint) {
    match (guard.state, guard.deny) {
        (GuardState::Holds, _) => ("pass", Paint::Add),
        (GuardState::CannotKnow, _) => ("cannot know", Paint::Change),
        (GuardState::Broken, true) => ("FAIL", Paint::Remove),
        (GuardState::Broken, false) => ("warn", Paint::Change),
    }
}
