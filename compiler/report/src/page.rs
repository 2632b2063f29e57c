//! The plan as one page that a reviewer opens from an artifact: nothing is fetched, nothing but the plan is in it.
//! Style and script are files beside this one; the data is the plan as JSON. Must not compute anything.

use crate::{
    graph::{self, Picture},
    json,
    markup::{escape, json_in_script},
    view::PlanView,
};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
/// Nodes of the picture: more are no picture. Those that hurt most are drawn.
const DRAWN: usize = 90;

/// The page.
pub fn plan(view: &PlanView<'_>) -> String {
    let mut data = json::plan(view);
    if let Some(object) = data.as_object_mut() {
        // The page does not read what is there for other tools.
        for name in ["planned_values", "configuration", "provenance", "resource_drift", "units"] {
            object.remove(name);
        }
    }
    let picture = Picture::of_plan(view, false).bounded(DRAWN);
    let left_out = match picture.left_out {
        0 => String::new(),
        n => format!("{} of less weight are not drawn", crate::words::count(n as u64, "node")),
    };
    let title = format!("{}: {}", view.plan.fleet, view.headline());
    let parts = [
        ("{{title}}", escape(&title)),
        ("{{style}}", STYLE.to_owned()),
        ("{{graph}}", graph::svg_inline(&picture, "What changes, and along what a replacement spreads")),
        ("{{left_out}}", left_out),
        ("{{summary}}", escape(&view.summary())),
        ("{{data}}", json_in_script(&data.to_string())),
        ("{{script}}", SCRIPT.to_owned()),
    ];
    fill(PAGE, &parts)
}

/// Each mark replaced once, in one pass over the template: a mark inside what is filled in stays text.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + parts.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        out.push_str(rest.get(..start).unwrap_or_default());
        rest = rest.get(start..).unwrap_or_default();
        let known = parts.iter().find_map(|(mark, text)| Some((rest.strip_prefix(mark)?, text)));
        match known {
            Some((after, text)) => {
                out.push_str(text);
                rest = after;
            }
            None => {
                out.push_str("{{");
                rest = rest.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_mark_inside_what_is_filled_in_stays_text() {
        let parts = [("{{a}}", "{{b}} {{a}}".to_owned()), ("{{b}}", "2".to_owned())];
        assert_eq!(fill("<{{a}}|{{b}}|{{c}}>", &parts), "<{{b}} {{a}}|2|{{c}}>");
    }
}
