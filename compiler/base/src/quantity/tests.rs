//! Tables of forms that are read, forms that are refused, and what is shown.

use super::*;

fn dec(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn usd(text: &str) -> Money {
    Money::new(dec(text), Symbol::new("USD"))
}

#[test]
fn money_is_read_exactly() {
    for (text, amount) in [
        ("38B USD", "38000000000"),
        ("1.9M USD", "1900000"),
        ("52000 USD", "52000"),
        ("52,000 USD", "52000"),
        ("3.1 B USD", "3100000000"),
        ("12.50 USD", "12.5"),
        ("-5 USD", "-5"),
        ("2T USD", "2000000000000"),
        ("0.1K USD", "100"),
        ("  7 USD ", "7"),
    ] {
        assert_eq!(parse_money(text), Ok(usd(amount)), "{text}");
    }
    assert_ne!(parse_money("1 EUR"), parse_money("1 USD"));
}

#[test]
fn wrong_money_says_what_is_meant() {
    for (text, problem, suggestion) in [
        ("38 billon USD", "`billon` is not a suffix", Some("38B USD")),
        ("38b USD", "`b` is not a suffix", Some("38B USD")),
        ("38", "its currency is missing", Some("38 USD")),
        ("38B", "its currency is missing", Some("38B USD")),
        ("38B usd", "`usd` is not a currency code of three capital letters", Some("38B USD")),
        ("$38B", "`$` is the sign of several currencies", Some("38B USD")),
        ("USD 38B", "the currency comes after the number", Some("38B USD")),
        ("38B USD each", "there is too much after the number", None),
        ("1,00 USD", "`,` parts thousands, and these are not groups of three digits; decimals follow `.`", None),
        ("1. USD", "digits are missing after `.`", None),
        ("lots", "it does not begin with a number", None),
        ("", "it does not begin with a number", None),
        ("99999999999999999999999999999 USD", "the amount is too large", None),
        ("9999999999999999999T USD", "the amount is too large", None),
        ("1001T USD", "the amount is too large", None),
        ("99999999999999999999999999999999999999999999 USD", "the number has too many digits", None),
        ("38B ЮСД", "`ЮСД` is not a currency code of three capital letters", None),
    ] {
        let error = parse_money(text).expect_err(text);
        assert_eq!(&*error.problem, problem, "{text}");
        assert_eq!(error.suggestion.as_deref(), suggestion, "{text}");
    }
    assert_eq!(
        parse_money("38 billon USD").expect_err("misspelt").to_string(),
        "`38 billon USD` is not an amount of money: `billon` is not a suffix; \
         write a number, if need be with K, M, B or T, and a currency, such as `38B USD`"
    );
}

#[test]
fn rates_come_to_one_hour() {
    for (text, amount, per) in [
        ("2.57 USD/gpu-hour", "2.57", Some("gpu")),
        ("31.00 USD/node-hour", "31", Some("node")),
        ("744 USD/node-day", "31", Some("node")),
        ("730 USD/gpu-month", "1", Some("gpu")),
        ("100 USD/node-day", "4.1666666667", Some("node")),
        ("52,000 USD/hour", "52000", None),
    ] {
        let rate = Rate { money: usd(amount), per: per.map(Symbol::new) };
        assert_eq!(parse_rate(text), Ok(rate), "{text}");
    }
    for (text, suggestion) in [
        ("2.57 USD/gpu-hours", Some("2.57 USD/gpu-hour")),
        ("2.57 USD/gpu", Some("2.57 USD/gpu-hour")),
        ("2.57 USD", None),
        ("2.57 USD/-hour", None),
        ("2.57 USD/Gpu-hour", None),
        ("2.57 /gpu-hour", Some("2.57 USD/gpu-hour")),
    ] {
        assert_eq!(parse_rate(text).expect_err(text).suggestion.as_deref(), suggestion, "{text}");
    }
}

#[test]
fn sizes_are_read_in_both_systems() {
    for (text, bytes) in [
        ("2.1 PiB", 2_364_389_804_369_510),
        ("500 GB", 500_000_000_000),
        ("1.5KiB", 1536),
        ("1 KB", 1000),
        ("0 B", 0),
        ("340282366920938463463374607431768211455 B", u128::MAX),
    ] {
        assert_eq!(parse_bytes(text), Ok(bytes), "{text}");
    }
    for (text, suggestion) in [
        ("2.1 PIB", Some("2.1 PiB")),
        ("2.1", None),
        ("-1 B", None),
        ("340282366920938463463374607431768211456 B", None),
        ("99999999999999999999999999999999 EiB", None),
    ] {
        assert_eq!(parse_bytes(text).expect_err(text).suggestion.as_deref(), suggestion, "{text}");
    }
}

#[test]
fn durations_are_whole_seconds() {
    for (text, seconds) in
        [("30s", 30), ("15m", 900), ("1.5h", 5400), ("90d", 7_776_000), ("2w", 1_209_600), ("1d12h", 129_600)]
    {
        assert_eq!(parse_duration(text), Ok(seconds), "{text}");
    }
    for (text, suggestion) in [
        ("90 days", Some("90d")),
        ("5 min", Some("5m")),
        ("90D", Some("90d")),
        ("90", None),
        ("12h1d", None),
        ("1h1h", None),
        ("0.5s", None),
        ("3 months", None),
        ("-3d", None),
        ("99999999999999999999w", None),
        ("é", None),
    ] {
        assert_eq!(parse_duration(text).expect_err(text).suggestion.as_deref(), suggestion, "{text}");
    }
    assert!(parse_duration("3 months").expect_err("no length").problem.contains("no fixed length"));
}

#[test]
fn dates_percentages_bandwidths_and_counts() {
    assert_eq!(parse_date("2028-02-29"), Ok(jiff::civil::date(2028, 2, 29)));
    assert!(parse_date("2027-02-29").expect_err("no leap year").problem.contains("no such day"));
    assert!(parse_date("11.1.2027").is_err());
    assert!(parse_date("2027-1-11").is_err());
    assert_eq!(parse_percent("2%"), Ok(dec("0.02")));
    assert_eq!(parse_percent("0.5 %"), Ok(dec("0.005")));
    assert_eq!(parse_percent("2").expect_err("no sign").suggestion.as_deref(), Some("2%"));
    assert_eq!(parse_bandwidth("3.2 Tbps"), Ok(dec("3200")));
    assert_eq!(parse_bandwidth("400Gbps"), Ok(dec("400")));
    assert_eq!(parse_bandwidth("100 Mbps"), Ok(dec("0.1")));
    assert_eq!(parse_bandwidth("400 gbps").expect_err("case").suggestion.as_deref(), Some("400 Gbps"));
    assert_eq!(parse_count("64 nodes", "nodes"), Ok(64));
    assert_eq!(parse_count("1 node", "nodes"), Ok(1));
    assert_eq!(parse_count("1,026 nodes", "node"), Ok(1026));
    assert_eq!(parse_count("64", "nodes").expect_err("no unit").suggestion.as_deref(), Some("64 nodes"));
    assert_eq!(parse_count("64 gpus", "nodes").expect_err("another").what.as_ref(), "a count of nodes");
    assert!(parse_count("1.5 nodes", "nodes").is_err());
    assert!(parse_count("-1 nodes", "nodes").is_err());
}

#[test]
fn any_quantity_is_told_by_its_form() {
    let kinds = [
        ("2.1 PiB", "a size in bytes"),
        ("90d", "a duration"),
        ("90m", "a duration"),
        ("1d12h", "a duration"),
        ("38B USD", "an amount of money"),
        ("38B", "a size in bytes"),
        ("31.00 USD/node-hour", "a rate"),
        ("2%", "a percentage"),
        ("3.2 Tbps", "a bandwidth"),
        ("2027-01-11", "a date"),
    ];
    for (text, what) in kinds {
        assert_eq!(Quantity::parse(text).expect(text).what(), what, "{text}");
    }
    assert!(Quantity::parse("12").expect_err("no unit").to_string().contains("its unit is missing"));
    assert!(Quantity::parse("12 apples").expect_err("no unit").to_string().contains("`apples` is not a unit"));
    assert!(Quantity::parse("$5").expect_err("sign").suggestion.is_some());
    assert!(Quantity::parse("").is_err());
}

#[test]
fn what_is_shown_parses_back() {
    for text in [
        "2.1 PiB",
        "500 GB",
        "1.5 GiB",
        "1 kB",
        "1023 B",
        "0 B",
        "2364389804369511 B",
        "340282366920938463463374607431768211455 B",
        "90d",
        "36h",
        "90s",
        "0s",
        "2027-01-11",
        "38,000,000,000 USD",
        "12.50 EUR",
        "-1,234.567 USD",
        "0.0042 USD",
        "31 USD/node-hour",
        "2.57 USD/gpu-hour",
        "52,000 USD/hour",
        "2%",
        "0.5%",
        "3.2 Tbps",
        "400 Gbps",
        "100 Mbps",
        "0 Gbps",
    ] {
        let quantity = Quantity::parse(text).expect(text);
        assert_eq!(quantity.to_string(), text);
    }
    for text in ["7w", "1000 KiB", "1,000 USD", "0.10 USD", "1000 Mbps", "744 USD/node-day", "7.770 TB", "1d1s"] {
        let quantity = Quantity::parse(text).expect(text);
        assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity), "{text} shown as {quantity}");
    }
}

#[test]
fn short_money_has_three_figures() {
    for (amount, short) in [
        ("31400000", "$31.4M"),
        ("31449999", "$31.4M"),
        ("38000000000", "$38B"),
        ("1250000000", "$1.25B"),
        ("52000", "$52K"),
        ("999999", "$1M"),
        ("999499", "$999K"),
        ("9999.4", "$9,999"),
        ("9999.5", "$10K"),
        ("5230.10", "$5,230"),
        ("999.999", "$1,000"),
        ("31", "$31.00"),
        ("2.575", "$2.58"),
        ("0.0042", "$0.0042"),
        ("0.5", "$0.50"),
        ("0", "$0"),
        ("-1900000", "-$1.9M"),
        ("1234567890123456", "$1,235T"),
        ("79228162514264337593543950335", "$79,228,162,514,264,338T"),
    ] {
        assert_eq!(usd(amount).short(), short);
    }
    assert_eq!(Money::new(dec("12500"), Symbol::new("CHF")).short(), "12.5K CHF");
    assert_eq!(parse_rate("31 USD/node-hour").expect("a rate").short(), "$31.00/node-hour");
    assert_eq!(group_thousands(4104), "4,104");
    assert_eq!(group_thousands(104), "104");
    assert_eq!(group_thousands(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(usd("31.40").full(), "31.40 USD");
}

#[test]
fn money_is_reckoned_only_within_a_currency_and_never_overflows() {
    let eur = Money::new(dec("1"), Symbol::new("EUR"));
    assert_eq!(usd("1").checked_add(usd("2.5")), Ok(usd("3.5")));
    assert_eq!(usd("1").checked_sub(usd("2.5")), Ok(usd("-1.5")));
    assert_eq!(usd("2.57").checked_mul(dec("4096")), Ok(usd("10526.72")));
    assert_eq!(usd("1").checked_add(eur), Err(MoneyError::Currencies(Symbol::new("USD"), Symbol::new("EUR"))));
    let most = Money::new(Decimal::MAX, Symbol::new("USD"));
    assert_eq!(most.checked_add(usd("1")), Err(MoneyError::TooLarge));
    assert_eq!(most.checked_mul(dec("2")), Err(MoneyError::TooLarge));
    assert_eq!(Money::sum([usd("1"), usd("2")]), Ok(Some(usd("3"))));
    assert_eq!(Money::sum([]), Ok(None));
    assert!(usd("2") < usd("10"));
    assert_eq!(usd("2").partial_cmp(&eur), None);
    assert!(Quantity::Bytes(1) < Quantity::Bytes(2));
    assert_eq!(Quantity::Bytes(1).partial_cmp(&Quantity::Duration(1)), None);
    let rate = parse_rate("2.5 USD/gpu-hour").expect("a rate");
    assert_eq!(rate.total(dec("8"), dec("24")), Ok(usd("480")));
}
