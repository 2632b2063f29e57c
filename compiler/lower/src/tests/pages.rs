//! Every page of a code of this phase shows what it says: the wrong example gives the code, the right one nothing.

use tonnage_base::codes::lower as codes;

use super::try_lower;

fn example(page: &str, which: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("```fleet {which}\n"))?;
    Some(rest.split_once("\n```")?.0.to_owned())
}

#[test]
fn pages_show_what_they_say() {
    for code in codes::ALL {
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "{}: title", code.id);
        let (Some(wrong), Some(right)) = (example(code.page, "wrong"), example(code.page, "right")) else {
            assert!(code.page.contains("```text wrong"), "{}: no example", code.id);
            continue;
        };
        let found = match try_lower(&wrong) {
            Ok(world) => world.diagnostics,
            Err(found) => panic!("{}: an earlier phase refuses the wrong example: {found:#?}", code.id),
        };
        assert!(found.iter().any(|d| d.code == *code), "{}: {found:#?}", code.id);
        assert!(found.iter().all(|d| d.code == *code), "{}: others as well: {found:#?}", code.id);
        match try_lower(&right) {
            Ok(world) => assert!(world.diagnostics.is_empty(), "{}: right example: {:#?}", code.id, world.diagnostics),
            Err(found) => panic!("{}: right example: {found:#?}", code.id),
        }
    }
}
