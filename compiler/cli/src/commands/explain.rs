//! `tonnage explain CODE`.

use tonnage_base::{codes, suggest};

use crate::{arguments::Explain, exit, io::Io};

/// Prints the page of a code, or the list of all.
pub fn run(args: &Explain, io: &mut Io) -> u8 {
    let Some(wanted) = &args.code else {
        if args.json {
            let all: Vec<_> = codes::all().map(|c| serde_json::json!({"code": c.id, "title": c.title})).collect();
            io.print(&format!("{}\n", serde_json::json!({"codes": all})));
        } else {
            let lines: String = codes::all().map(|c| format!("{}  {}\n", c.id, c.title)).collect();
            io.print(&lines);
        }
        return exit::OK;
    };
    match codes::find(wanted) {
        Some(code) if args.json => {
            let page = serde_json::json!({"code": code.id, "title": code.title, "page": code.page});
            io.print(&format!("{page}\n"));
            exit::OK
        }
        Some(code) => {
            io.print(&format!("{}\n", code.page.trim_end()));
            exit::OK
        }
        None => {
            let close = suggest::closest(wanted, codes::all().map(|c| c.id))
                .map_or_else(String::new, |id| format!("; did you mean {id}?"));
            io.say(&format!("error: there is no code {wanted}{close}\n`tonnage explain` lists all\n"));
            exit::ERROR
        }
    }
}
