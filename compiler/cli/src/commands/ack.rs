//! `-ack DIGEST:GUARD`: guards that somebody lifts for one plan. Must not know what a guard guards.

use tonnage_base::suggest;
use tonnage_plan::{Plan, model::Guard};
use tonnage_report::words;

/// As many digits of a digest say which plan is meant.
pub const DIGITS: usize = 12;

/// The guards that are broken and lifted; or why the plan may not be applied: those that are not lifted, and what is
/// wrong with what was to lift them.
pub fn lifted(plan: &Plan, acks: &[String]) -> Result<Vec<String>, String> {
    let digest = plan.digest();
    let digits = digest.trim_start_matches("sha256:");
    let read: Vec<Result<&str, String>> = acks.iter().map(|ack| read(ack, digits, plan)).collect();
    let is_lifted = |guard: &&Guard| read.iter().flatten().any(|name| *name == guard.name);
    let (lifted, broken): (Vec<&Guard>, Vec<&Guard>) = plan.refusals().partition(is_lifted);
    if broken.is_empty() {
        return Ok(lifted.into_iter().map(|guard| guard.name.clone()).collect());
    }
    let mut text = String::from("this plan may not be applied:\n");
    for guard in &broken {
        text.push_str(&format!("  {}: {} ({})\n", guard.name, guard.message, guard.place));
    }
    for wrong in read.iter().filter_map(|read| read.as_ref().err()) {
        text.push_str(&format!("{wrong}\n"));
    }
    let acks: Vec<String> = broken.iter().map(|guard| words::ack(&digest, &guard.name)).collect();
    let them = if acks.len() == 1 { "the guard" } else { "the guards" };
    text.push_str(&format!(
        "change the fleet, or lift {them} for this one plan with `{}`, once somebody has read it",
        acks.join(" ")
    ));
    Err(text)
}

/// Guards that are broken and not lifted.
pub fn broken<'a>(plan: &'a Plan, acks: &[String]) -> Vec<&'a Guard> {
    let digest = plan.digest();
    let digits = digest.trim_start_matches("sha256:");
    let lifted: Vec<&str> = acks.iter().filter_map(|ack| read(ack, digits, plan).ok()).collect();
    plan.refusals().filter(|guard| !lifted.contains(&guard.name.as_str())).collect()
}

/// The name of the guard that is lifted, or why none is.
fn read<'a>(ack: &'a str, digits: &str, plan: &Plan) -> Result<&'a str, String> {
    let bare = ack.strip_prefix("sha256:").or_else(|| ack.strip_prefix("sha256-")).unwrap_or(ack);
    let is_digest = |of: &&str| of.len() >= DIGITS && of.bytes().all(|byte| byte.is_ascii_hexdigit());
    let Some((of, name)) = bare.split_once(':').filter(|(of, name)| is_digest(of) && !name.is_empty()) else {
        return Err(format!(
            "-ack {ack} is not DIGEST:GUARD: {DIGITS} or more digits of the plan's digest, and a guard's name"
        ));
    };
    if !digits.starts_with(&of.to_ascii_lowercase()) {
        return Err(format!("-ack {ack} is for another plan (sha256:{of}): this one has to be read itself"));
    }
    if plan.guards.iter().any(|guard| guard.name == name) {
        return Ok(name);
    }
    let near = suggest::closest(name, plan.refusals().map(|guard| guard.name.as_str()));
    let meant = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Err(format!("-ack {ack} matches no guard of this plan: there is no {name}{meant}"))
}

#[cfg(test)]
mod tests {
    use tonnage_base::Symbol;
    use tonnage_graph::Values;
    use tonnage_plan::model::GuardState;

    use super::*;

    fn plan() -> Plan {
        let day = "2026-11-22".parse().expect("a day");
        let mut plan = Plan::new(Symbol::new("f"), day, Values::new());
        plan.guards.push(Guard {
            name: "policy.no".to_owned(),
            deny: true,
            state: GuardState::Broken,
            message: "it is so".to_owned(),
            place: "f.fleet.hcl:1".to_owned(),
        });
        plan
    }

    fn said(ack: &str) -> Result<Vec<String>, String> {
        let digest = plan().digest();
        let digits = digest.trim_start_matches("sha256:");
        let ack = ack.replace("DIGEST", digits).replace("SHORT", &digits[..DIGITS]).replace("FEW", &digits[..6]);
        lifted(&plan(), &[ack])
    }

    #[test]
    fn a_guard_is_lifted_for_its_plan_alone_and_what_lifts_nothing_is_told() {
        for ack in ["SHORT:policy.no", "sha256:SHORT:policy.no", "sha256-DIGEST:policy.no"] {
            assert_eq!(said(ack), Ok(vec!["policy.no".to_owned()]), "{ack}");
        }
        for (ack, words) in [
            ("sha256:000000000000:policy.no", "is for another plan (sha256:000000000000)"),
            ("SHORT:policy.on", "matches no guard of this plan: there is no policy.on; did you mean policy.no?"),
            ("FEW:policy.no", "is not DIGEST:GUARD"),
            ("policy.no", "is not DIGEST:GUARD"),
            ("SHORT:", "is not DIGEST:GUARD"),
        ] {
            let said = said(ack).expect_err("refused");
            assert!(said.contains(words) && said.contains("policy.no: it is so"), "{ack}: {said}");
        }
    }
}
