//! Every page of a code of placement: its wrong example yields the code, its right example does not.

use tonnage_base::codes::place as codes;

use super::{intent, place_intent};

fn found(page: &str, which: &str) -> Option<Vec<&'static str>> {
    let start = page.find(&format!("```fleet {which}\n"))?;
    let text = page[start..].split_once('\n').unwrap().1.split_once("\n```").unwrap().0;
    Some(place_intent(intent(text), Vec::new()).said.iter().map(|d| d.code.id).collect())
}

#[test]
fn every_page_shows_a_wrong_and_a_right_fleet() {
    let mut without_fleet = Vec::new();
    for code in codes::ALL {
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "{}", code.id);
        let (Some(wrong), Some(right)) = (found(code.page, "wrong"), found(code.page, "right")) else {
            assert!(code.page.contains("```text wrong") && code.page.contains("```text right"), "{}", code.id);
            without_fleet.push(code.id);
            continue;
        };
        assert_eq!(wrong, [code.id]);
        assert_eq!(right, [""; 0], "{}", code.id);
    }
    assert_eq!(without_fleet, ["T0410", "T0411"], "these need capacity that is missing, or a day");
}
