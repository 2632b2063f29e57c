//! What stops nodes or loses capacity: each fact of `facts.csv` has a case whose plan says it. Must not know how a case
//! runs.

use std::path::Path;

/// The columns: what is done, what follows from it, the case, what stands before the changes (in the headline, the
/// risks or an error), and what stands anywhere. Several texts are parted by `|`.
const HEADER: [&str; 5] = ["change", "effect", "case", "first", "says"];

/// What a command printed, as one line: plans break theirs at the width of a terminal.
fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a reviewer reads before the changes, where a plan is printed as text; an error as a whole.
fn ahead_of_changes(printed: &str) -> &str {
    let command = printed.lines().next().unwrap_or_default();
    let is_text = !["-md", "-json", "-sarif", "-html"].iter().any(|form| command.contains(form));
    printed.split("\nChanges\n").next().filter(|_| is_text).unwrap_or_default()
}

#[test]
fn every_fact_is_said_by_the_plan_of_its_case_and_first() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut table = csv::Reader::from_path(here.join("facts.csv")).expect("the facts");
    assert_eq!(table.headers().expect("a header"), &HEADER[..]);
    let (mut facts, mut wrong) = (0, Vec::new());
    for record in table.records() {
        let record = record.expect("a row");
        let [change, effect, case, first, says] =
            std::array::from_fn(|at| record.get(at).expect("as many cells as columns"));
        facts += 1;
        let name = format!("{change}: {effect} ({case})");
        if [change, effect, first, says].contains(&"") {
            wrong.push(format!("{name}: a cell is empty"));
        }
        let folder = here.join("cases/plan").join(case);
        if !folder.join("case.md").is_file() {
            wrong.push(format!("{name}: there is no such case"));
            continue;
        }
        let printed = std::fs::read_dir(folder.join("out")).expect("what the case prints").flatten();
        let printed: Vec<String> = printed.map(|file| std::fs::read_to_string(file.path()).expect("a text")).collect();
        let ahead = printed.iter().map(|text| unfolded(ahead_of_changes(text))).collect::<Vec<_>>();
        let all = printed.iter().map(|text| unfolded(text)).collect::<Vec<_>>();
        for (texts, wanted) in [(&ahead, first), (&all, says)] {
            for wanted in wanted.split('|').filter(|wanted| !texts.iter().any(|text| text.contains(wanted))) {
                wrong.push(format!("{name}: no plan says `{wanted}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {facts} facts:\n{}", wrong.len(), wrong.join("\n"));
    assert!(facts >= 60, "{facts} facts");
}
