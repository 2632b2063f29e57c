//! Every page of a code of placement: its wrong example yields the code, its right example does not.

use tonnage_base::codes::place as codes;

use super::{intent, place_intent};

fn found(page: &str, which: &str) -> Vec<&'static str> {
    let start = page.find(&format!("```fleet {which}\n")).unwrap();
    let text = page[start..].split_once('\n').unwrap().1.split_once("\n```").unwrap().0;
    place_intent(intent(text), Vec::new()).said.iter().map(|d| d.code.id).collect()
}

#[test]
fn every_page_shows_a_wrong_and_a_right_fleet() {
    for code in codes::ALL {
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "{}", code.id);
        assert_eq!(found(code.page, "wrong"), [code.id]);
        assert_eq!(found(code.page, "right"), Vec::<&str>::new(), "{}", code.id);
    }
}
