//! What is drawn between looks. Must not test the store.

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn nodes(nodes: u64, contract: Option<&str>, rate: Option<i64>) -> Vec<Drawing> {
    let of = Alike {
        cloud: "aws".to_owned(),
        region: "r".to_owned(),
        zone: None,
        shape: "s".to_owned(),
        market: "on_demand".to_owned(),
        reserves_only: false,
    };
    let payer = |contract: &str| Payer {
        contract: contract.to_owned(),
        rate: rate.map(Decimal::from),
        from: None,
        until: None,
    };
    vec![Drawing { of, payers: contract.map(payer).into_iter().collect(), gpus: 8, nodes }]
}

fn drawn(sums: &Sums, year: i16) -> (i64, i64, i64, i64) {
    let of = sums.get(&("c".to_owned(), year)).copied().unwrap_or_default();
    let whole = |amount: Decimal| i64::try_from(amount.round()).expect("small");
    (whole(of.money), whole(of.gpu_hours), whole(of.without_rate), whole(of.unsure))
}

#[test]
fn what_is_the_same_at_both_looks_ran_in_between_at_the_rate_of_then() {
    let first = Burn::next(None, at("2026-12-31T00:00:00Z"), true, Vec::new(), nodes(2, Some("c"), Some(20)));
    assert_eq!(first.sums, Sums::new());
    // today's files have another rate, and another contract
    let sums = first.until(at("2027-01-02T12:00:00Z"), &nodes(2, Some("other"), Some(99)));
    assert_eq!(drawn(&sums, 2026), (2 * 20 * 24, 2 * 8 * 24, 0, 0));
    assert_eq!(drawn(&sums, 2027), (2 * 20 * 36, 2 * 8 * 36, 0, 0));
    assert_eq!(sums.len(), 2);
}

#[test]
fn what_changed_between_looks_counts_as_the_fewer_and_the_rest_is_said() {
    let first = Burn::next(None, at("2026-01-01T00:00:00Z"), true, Vec::new(), nodes(4, Some("c"), Some(10)));
    let noon = at("2026-01-01T12:00:00Z");
    assert_eq!(drawn(&first.until(noon, &nodes(1, None, None)), 2026), (10 * 12, 8 * 12, 0, 3 * 8 * 12));
    assert_eq!(drawn(&first.until(noon, &nodes(6, None, None)), 2026), (4 * 10 * 12, 4 * 8 * 12, 0, 2 * 8 * 12));
    assert_eq!(drawn(&first.until(noon, &[]), 2026), (0, 0, 0, 4 * 8 * 12));
    // it did not come to be: anything between before and after may have run
    let (before, after) = (nodes(1, Some("c"), Some(10)), nodes(4, Some("c"), Some(10)));
    let failed = Burn::next(None, at("2026-01-01T00:00:00Z"), false, before, after);
    let sums = failed.until(noon, &nodes(4, None, None));
    assert_eq!(drawn(&sums, 2026), (10 * 12, 8 * 12, 0, 3 * 8 * 12));
}

#[test]
fn sums_go_on_from_record_to_record_and_any_moment_can_be_asked_for() {
    let first = Burn::next(None, at("2026-01-01T00:00:00Z"), true, Vec::new(), nodes(1, Some("c"), None));
    let (before, after) = (nodes(1, Some("c"), None), nodes(2, Some("c"), Some(5)));
    let second = Burn::next(Some(&first), at("2026-01-02T00:00:00Z"), true, before, after.clone());
    assert_eq!(second.begins, first.at);
    let burns = [second, first];
    let told = |moment: &str| until(&burns, &after, at(moment)).map(|(_, sums)| drawn(&sums, 2026));
    assert_eq!(told("2025-12-31T00:00:00Z"), None);
    assert_eq!(told("2026-01-01T06:00:00Z"), Some((0, 8 * 6, 8 * 6, 0)));
    assert_eq!(told("2026-01-02T00:00:00Z"), Some((0, 8 * 24, 8 * 24, 0)));
    assert_eq!(told("2026-01-02T03:00:00Z"), Some((2 * 5 * 3, 8 * 24 + 2 * 8 * 3, 8 * 24, 0)));
}

#[test]
fn nodes_that_no_contract_pays_for_take_their_part_of_what_went() {
    let mut after = nodes(2, Some("c"), Some(10));
    after.extend(nodes(2, None, None));
    let first = Burn::next(None, at("2026-01-01T00:00:00Z"), true, Vec::new(), after);
    let sums = first.until(at("2026-01-01T01:00:00Z"), &nodes(2, None, None));
    assert_eq!(drawn(&sums, 2026), (10, 8, 0, 8));
}

#[test]
fn what_waits_for_its_window_draws_nothing_before_it_and_nothing_after_it() {
    let mut after = nodes(1, Some("c"), Some(10));
    for payer in after.iter_mut().flat_map(|of| &mut of.payers) {
        (payer.from, payer.until) = ("2026-01-03".parse().ok(), "2026-01-04".parse().ok());
    }
    let first = Burn::next(None, at("2026-01-01T12:00:00Z"), true, Vec::new(), after.clone());
    let until = |moment| drawn(&first.until(at(moment), &after), 2026).0;
    assert_eq!(until("2026-01-03T00:00:00Z"), 0);
    assert_eq!(until("2026-01-04T00:00:00Z"), 240);
    assert_eq!(until("2026-02-01T00:00:00Z"), 480);
}
