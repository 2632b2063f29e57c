//! Every page of a code of this room: its wrong example yields the code, its right example does not.

use tonnage_base::{Diagnostic, codes::lang};

use super::analyse;

fn example<'a>(page: &'a str, which: &str) -> Option<&'a str> {
    let start = page.find(&format!("```fleet {which}\n"))?;
    let body = page.get(start..)?.split_once('\n')?.1;
    body.split_once("\n```").map(|(text, _)| text)
}

fn said(found: &[Diagnostic]) -> String {
    let said: Vec<String> = found.iter().map(|d| format!("{}: {}", d.code.id, d.message)).collect();
    format!("[{}]", said.join("; "))
}

#[test]
fn every_page_shows_a_wrong_and_a_right_fleet() {
    let (mut without_fleet, mut failed) = (Vec::new(), Vec::new());
    for code in lang::ALL.iter().filter(|code| !("T0300".."T0340").contains(&code.id)) {
        let (Some(wrong), Some(right)) = (example(code.page, "wrong"), example(code.page, "right")) else {
            assert!(code.page.contains("```text wrong") && code.page.contains("```text right"), "{}", code.id);
            without_fleet.push(code.id);
            continue;
        };
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "{}", code.id);
        let (_, found, ..) = analyse(wrong, &[]);
        if found.is_empty() || found.iter().any(|d| d.code != *code) {
            failed.push(format!("{}: the wrong example gives {}", code.id, said(&found)));
        }
        let (_, found, ..) = analyse(right, &[]);
        if !found.is_empty() {
            failed.push(format!("{}: the right example gives {}", code.id, said(&found)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(
        without_fleet,
        ["T0248", "T0250", "T0264", "T0265", "T0266", "T0279", "T0344"],
        "these need a command line, a second folder or a lowering"
    );
}
