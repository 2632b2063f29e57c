//! The page as a reviewer uses it. Each test opens a browser of its own.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;
use tonnage_golden_tests::in_process;
use tonnage_report::{PlanView, page};

use crate::{browser::Browser, made};

fn plan_page() -> (tempfile::TempDir, PathBuf) {
    let (folder, _) = made::saved();
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
