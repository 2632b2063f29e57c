//! Text to quantities. Must not know where the text came from.

use rust_decimal::prelude::ToPrimitive;

use super::{Money, Quantity, QuantityError, Rate};
use crate::{Date, Decimal, Symbol, suggest};

/// One kind of quantity, in words.
#[derive(Debug)]
pub struct Form {
    /// With its article: `an amount of money`.
    pub what: &'static str,
    /// How it is written.
    pub expected: &'static str,
    /// One of them.
    pub example: &'static str,
}

/// All kinds, for documentation.
pub const fn forms() -> &'static [Form] {
    &[MONEY, RATE, PERCENT, BYTES, DURATION, DATE, BANDWIDTH]
}

pub(super) const MONEY: Form = Form {
    what: "an amount of money",
    expected: "a number, if need be with K, M, B or T, and a currency",
    example: "38B USD",
};
pub(super) const RATE: Form =
    Form { what: "a rate", expected: "money, `/`, a thing and a time", example: "2.57 USD/gpu-hour" };
pub(super) const PERCENT: Form = Form { what: "a percentage", expected: "a number and `%`", example: "2%" };
pub(super) const BYTES: Form = Form {
    what: "a size in bytes",
    expected: "a number and B, kB, MB, GB, TB, PB, EB (powers of 1,000) or KiB, MiB, GiB, TiB, PiB, EiB (powers of 1,024)",
    example: "2.1 PiB",
};
pub(super) const DURATION: Form =
    Form { what: "a duration", expected: "numbers with s, m (minutes), h, d or w, largest first", example: "90d" };
pub(super) const DATE: Form = Form { what: "a date", expected: "year-month-day", example: "2027-01-11" };
pub(super) const BANDWIDTH: Form =
    Form { what: "a bandwidth", expected: "a number and Mbps, Gbps or Tbps", example: "400 Gbps" };

/// Bytes of each unit, largest first. At equal magnitude IEC before SI: memory and storage are mostly said so.
pub(super) const BYTE_UNITS: &[(&str, u128)] = &[
    ("EiB", 1 << 60),
    ("EB", 1_000_000_000_000_000_000),
    ("PiB", 1 << 50),
    ("PB", 1_000_000_000_000_000),
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

/// Seconds of each unit, largest first.
pub(super) const DURATION_UNITS: &[(&str, i64)] = &[("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

/// Decimal places to move to come to gigabits per second.
const BANDWIDTH_UNITS: &[(&str, i32)] = &[("Tbps", 3), ("Gbps", 0), ("Mbps", -3), ("Kbps", -6)];

/// Hours of a month, as clouds reckon it: a twelfth of 365 days.
pub const MONTH_HOURS: u32 = 730;

/// Hours of each period.
const PERIODS: &[(&str, u32)] = &[("hour", 1), ("day", 24), ("month", MONTH_HOURS), ("year", 8_760)];

const MONEY_SUFFIXES: &[(&str, i64)] =
    &[("K", 1_000), ("M", 1_000_000), ("B", 1_000_000_000), ("T", 1_000_000_000_000)];

/// Decimals kept when a rate is brought to one hour.
const RATE_DECIMALS: u32 = 10;

/// The largest sum, and the largest rate of an hour: what all nodes cost in all years of a contract can be reckoned.
const MOST_MONEY: i64 = 1_000_000_000_000_000;
const MOST_HOURLY: i64 = 1_000_000_000;

impl Form {
    fn error(&self, text: &str, problem: impl Into<String>) -> QuantityError {
        QuantityError {
            text: text.into(),
            what: self.what.into(),
            problem: problem.into().into(),
            expected: self.expected.into(),
            example: self.example.into(),
            suggestion: None,
        }
    }

    /// An error about a unit, with the unit that was probably meant.
    fn unit_error<'a>(
        &self,
        text: &str,
        number: &str,
        unit: &str,
        units: impl Iterator<Item = &'a str>,
    ) -> QuantityError {
        if unit.is_empty() {
            return self.error(text, "its unit is missing");
        }
        let mut error = self.error(text, format!("`{unit}` is not a unit of it"));
        error.suggestion = suggest::closest(unit, units).map(|unit| format!("{number} {unit}").into());
        error
    }
}

/// A leading number: sign, digits (whole groups of three may be parted by `,`), decimals.
struct Number<'a> {
    value: Decimal,
    /// As written.
    text: &'a str,
    /// Its whole digits without commas, when it has no sign and no decimals.
    whole: Option<String>,
}

/// The number at the start of `text`, and what follows it without blanks.
fn number<'a>(form: &Form, text: &'a str, all: &str) -> Result<(Number<'a>, &'a str), QuantityError> {
    let body = text.strip_prefix('-').unwrap_or(text);
    let sign = text.len() - body.len();
    let is_part = |b: u8| b.is_ascii_digit() || b == b',';
    let whole_end = body.bytes().position(|b| !is_part(b)).unwrap_or(body.len());
    let (whole, rest) = body.split_at(whole_end);
    if whole.is_empty() {
        return Err(form.error(all, "it does not begin with a number"));
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let parted = whole.contains(',');
    if parted && (first.is_empty() || first.len() > 3 || groups.any(|g| g.len() != 3)) {
        return Err(
            form.error(all, "`,` parts thousands, and these are not groups of three digits; decimals follow `.`")
        );
    }
    let decimals = match rest.strip_prefix('.') {
        Some(after) => 1 + after.bytes().take_while(u8::is_ascii_digit).count(),
        None => 0,
    };
    if decimals == 1 {
        return Err(form.error(all, "digits are missing after `.`"));
    }
    let (written, after) = text.split_at(sign + whole_end + decimals);
    let plain = written.replace(',', "");
    let value = Decimal::from_str_exact(&plain).or_else(|_| {
        // Too long for a decimal, but sizes in bytes may be longer still.
        if sign == 0 && decimals == 0 && plain.parse::<u128>().is_ok() {
            Ok(Decimal::MAX)
        } else {
            Err(form.error(all, "the number has too many digits"))
        }
    })?;
    let whole = (sign == 0 && decimals == 0).then_some(plain);
    Ok((Number { value, text: written, whole }, after.trim_start()))
}

/// Reads `38B USD`.
pub fn parse_money(text: &str) -> Result<Money, QuantityError> {
    money(&MONEY, text.trim(), text)
}

fn money(form: &Form, text: &str, all: &str) -> Result<Money, QuantityError> {
    if let Some(error) = turned_money(form, text, all) {
        return Err(error);
    }
    let (number, rest) = number(form, text, all)?;
    let mut words = rest.split_whitespace();
    let (suffix, currency) = match (words.next(), words.next(), words.next()) {
        (None, ..) => return Err(with(form.error(all, "its currency is missing"), format!("{} USD", number.text))),
        (Some(currency), None, _) => ("", currency),
        (Some(suffix), Some(currency), None) => (suffix, currency),
        _ => return Err(form.error(all, "there is too much after the number")),
    };
    // `38BUSD` is not read as a suffix: a currency has three letters.
    let times = match MONEY_SUFFIXES.iter().find(|(name, _)| *name == suffix) {
        Some((_, times)) => *times,
        None if suffix.is_empty() => 1,
        None => return Err(suffix_error(form, all, number.text, suffix, currency)),
    };
    if !is_currency(currency) {
        let upper = currency.to_ascii_uppercase();
        let letter = MONEY_SUFFIXES.iter().any(|(name, _)| *name == upper);
        if letter && suffix.is_empty() {
            let meant = format!("{}{upper} USD", number.text);
            return Err(with(form.error(all, "its currency is missing"), meant));
        }
        let error = form.error(all, format!("`{currency}` is not a currency code of three capital letters"));
        let meant = format!("{}{suffix} {upper}", number.text);
        return Err(if is_currency(&upper) { with(error, meant) } else { error });
    }
    let amount = number
        .value
        .checked_mul(Decimal::from(times))
        .filter(|_| number.value != Decimal::MAX)
        .filter(|amount| *amount <= Decimal::from(MOST_MONEY))
        .ok_or_else(|| form.error(all, "the amount is too large"))?;
    Ok(Money::new(amount.normalize(), Symbol::new(currency)))
}

fn with(mut error: QuantityError, suggestion: String) -> QuantityError {
    error.suggestion = Some(suggestion.into());
    error
}

fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// `$38B` and `USD 38B`, the two usual other ways.
fn turned_money(form: &Form, text: &str, all: &str) -> Option<QuantityError> {
    for (sign, code) in [("$", "USD"), ("€", "EUR"), ("£", "GBP")] {
        if let Some(rest) = text.strip_prefix(sign) {
            let meant = format!("{} {code}", rest.trim());
            return Some(with(form.error(all, format!("`{sign}` is the sign of several currencies")), meant));
        }
    }
    let (first, rest) = text.split_once(' ')?;
    let turned = is_currency(first) && rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    turned.then(|| with(form.error(all, "the currency comes after the number"), format!("{} {first}", rest.trim())))
}

fn suffix_error(form: &Form, all: &str, number: &str, suffix: &str, currency: &str) -> QuantityError {
    let error = form.error(all, format!("`{suffix}` is not a suffix"));
    let words = [("thousand", "K"), ("million", "M"), ("billion", "B"), ("bn", "B"), ("trillion", "T")];
    let by_word = suggest::closest(suffix, words.iter().map(|(word, _)| *word))
        .and_then(|near| words.iter().find(|(word, _)| *word == near))
        .map(|(_, letter)| *letter);
    let upper = suffix.to_ascii_uppercase();
    let by_case = MONEY_SUFFIXES.iter().find(|(name, _)| *name == upper).map(|(name, _)| *name);
    match by_case.or(by_word) {
        Some(letter) => with(error, format!("{number}{letter} {currency}")),
        None => error,
    }
}

/// Reads `2.57 USD/gpu-hour`, `52000 USD/hour`. Money for a day, month or year is brought to one hour and kept to ten
/// decimals.
pub fn parse_rate(text: &str) -> Result<Rate, QuantityError> {
    let form = &RATE;
    let trimmed = text.trim();
    let Some((amount, unit)) = trimmed.split_once('/') else {
        return Err(form.error(text, "`/` and what it is paid for are missing"));
    };
    let unit = unit.trim();
    let amount = money(form, amount.trim(), text).map_err(|mut error| {
        error.suggestion = error.suggestion.map(|amount| format!("{amount}/{unit}").into());
        error
    })?;
    let (thing, period) = match unit.rsplit_once('-') {
        Some((thing, period)) => (Some(thing), period),
        None => (None, unit),
    };
    let Some((_, hours)) = PERIODS.iter().find(|(name, _)| *name == period) else {
        let mut error = form.error(text, format!("`{unit}` does not end with hour, day, month or year"));
        let near = suggest::closest(period, PERIODS.iter().map(|(name, _)| *name));
        let unit = match (near, thing, is_thing(unit)) {
            (Some(near), Some(thing), _) => Some(format!("{thing}-{near}")),
            (Some(near), None, _) => Some(near.to_owned()),
            (None, None, true) => Some(format!("{unit}-hour")),
            _ => None,
        };
        error.suggestion = unit.map(|unit| format!("{}/{unit}", trimmed.split('/').next().unwrap_or("").trim()).into());
        return Err(error);
    };
    if thing.is_some_and(|thing| !is_thing(thing)) {
        return Err(form.error(text, format!("`{unit}` does not name a thing and a time")));
    }
    let hourly = if *hours == 1 {
        amount.amount
    } else {
        let exact = amount.amount.checked_div(Decimal::from(*hours));
        exact.ok_or_else(|| form.error(text, "the amount is too large"))?.round_dp(RATE_DECIMALS).normalize()
    };
    if hourly > Decimal::from(MOST_HOURLY) {
        return Err(form.error(text, "the amount is too large"));
    }
    Ok(Rate { money: Money::new(hourly, amount.currency), per: thing.map(Symbol::new) })
}

fn is_thing(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

/// Reads `2%` as 0.02.
pub fn parse_percent(text: &str) -> Result<Decimal, QuantityError> {
    let form = &PERCENT;
    let (number, rest) = number(form, text.trim(), text)?;
    match rest {
        "%" => {}
        "" => return Err(with(form.error(text, "`%` is missing"), format!("{}%", number.text))),
        "percent" => return Err(with(form.error(text, "`percent` is written `%`"), format!("{}%", number.text))),
        _ => return Err(form.error(text, format!("`{rest}` is not `%`"))),
    }
    let share = number.value.checked_mul(Decimal::new(1, 2)).filter(|_| number.value != Decimal::MAX);
    share.map(|share| share.normalize()).ok_or_else(|| form.error(text, "the number has too many digits"))
}

/// Reads `2.1 PiB` as bytes, to the nearest byte.
pub fn parse_bytes(text: &str) -> Result<u128, QuantityError> {
    let form = &BYTES;
    let (number, unit) = number(form, text.trim(), text)?;
    if number.value.is_sign_negative() && !number.value.is_zero() {
        return Err(form.error(text, "a size cannot be negative"));
    }
    let found = BYTE_UNITS.iter().find(|(name, _)| *name == unit || (*name == "kB" && unit == "KB"));
    let Some((_, size)) = found else {
        let names = BYTE_UNITS.iter().map(|(name, _)| *name);
        return Err(form.unit_error(text, number.text, unit, names));
    };
    bytes_of(&number, *size).ok_or_else(|| form.error(text, "the size is too large"))
}

fn bytes_of(number: &Number<'_>, size: u128) -> Option<u128> {
    match &number.whole {
        Some(whole) => whole.parse::<u128>().ok()?.checked_mul(size),
        None => nearest_bytes(number.value, size),
    }
}

/// `value` units of `size` bytes, to the nearest byte.
pub(super) fn nearest_bytes(value: Decimal, size: u128) -> Option<u128> {
    let size = Decimal::from_u128_checked(size)?;
    let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    value.checked_mul(size)?.round_dp_with_strategy(0, strategy).to_u128()
}

/// `u128` to a decimal without the panic of `From`.
pub(super) trait FromU128 {
    /// None when it has more than 96 bits.
    fn from_u128_checked(value: u128) -> Option<Decimal>;
}

impl FromU128 for Decimal {
    fn from_u128_checked(value: u128) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(i128::try_from(value).ok()?, 0).ok()
    }
}

/// Reads `90d` or `1d12h` as seconds. Parts stand largest first; a fraction must come to whole seconds.
pub fn parse_duration(text: &str) -> Result<i64, QuantityError> {
    let form = &DURATION;
    let mut rest = text.trim();
    let mut total = 0_i64;
    let mut smallest = i64::MAX;
    loop {
        let (number, after) = number(form, rest, text)?;
        if number.value.is_sign_negative() {
            return Err(form.error(text, "a duration cannot be negative"));
        }
        let end = after.bytes().position(|b| b.is_ascii_digit() || b == b' ').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let Some((_, size)) = DURATION_UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(duration_unit_error(text, rest, number.text, unit));
        };
        if *size >= smallest {
            return Err(form.error(text, "its parts are not in order, largest first"));
        }
        smallest = *size;
        let seconds = number.value.checked_mul(Decimal::from(*size)).filter(|_| number.value != Decimal::MAX);
        let seconds = seconds.ok_or_else(|| form.error(text, "it is too long"))?;
        if !seconds.fract().is_zero() {
            return Err(form.error(text, "it does not come to whole seconds"));
        }
        let added = seconds.to_i64().and_then(|seconds| total.checked_add(seconds));
        total = added.ok_or_else(|| form.error(text, "it is too long"))?;
        rest = after.trim_start();
        if rest.is_empty() {
            return Ok(total);
        }
    }
}

fn duration_unit_error(text: &str, rest: &str, number: &str, unit: &str) -> QuantityError {
    let words = [
        ("second", "s"),
        ("sec", "s"),
        ("minute", "m"),
        ("min", "m"),
        ("hour", "h"),
        ("hr", "h"),
        ("day", "d"),
        ("week", "w"),
    ];
    let mut error = DURATION.unit_error(text, number, unit, std::iter::empty());
    let singular = unit.strip_suffix('s').unwrap_or(unit).to_ascii_lowercase();
    let letter = words.iter().find(|(word, letter)| *word == singular || *letter == singular).map(|(_, letter)| letter);
    if let (Some(letter), true) = (letter, text.trim() == rest) {
        error.suggestion = Some(format!("{number}{letter}").into());
    } else if singular == "month" || singular == "year" {
        error.problem = format!("a {singular} has no fixed length").into();
    }
    error
}

/// Reads `2027-01-11`.
pub fn parse_date(text: &str) -> Result<Date, QuantityError> {
    let form = &DATE;
    let trimmed = text.trim();
    if !has_date_shape(trimmed) {
        return Err(form.error(text, "it does not have four, two and two digits parted by `-`"));
    }
    trimmed.parse::<Date>().map_err(|_| form.error(text, "the calendar has no such day"))
}

fn has_date_shape(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}

/// Reads `400 Gbps` as gigabits per second.
pub fn parse_bandwidth(text: &str) -> Result<Decimal, QuantityError> {
    let form = &BANDWIDTH;
    let (number, unit) = number(form, text.trim(), text)?;
    if number.value.is_sign_negative() && !number.value.is_zero() {
        return Err(form.error(text, "a bandwidth cannot be negative"));
    }
    let Some((_, places)) = BANDWIDTH_UNITS.iter().find(|(name, _)| *name == unit) else {
        let names = BANDWIDTH_UNITS.iter().map(|(name, _)| *name);
        return Err(form.unit_error(text, number.text, unit, names));
    };
    let scale = Decimal::new(1, places.min(&0).unsigned_abs());
    let times = Decimal::from(10_i64.pow(places.max(&0).unsigned_abs()));
    let gigabits = number.value.checked_mul(times).and_then(|v| v.checked_mul(scale));
    let gigabits = gigabits.filter(|_| number.value != Decimal::MAX);
    gigabits.map(|v| v.normalize()).ok_or_else(|| form.error(text, "the number has too many digits"))
}

/// Reads `64 nodes` for the unit `node`: a whole number and the unit, with or without a final `s`.
pub fn parse_count(text: &str, unit: &str) -> Result<u64, QuantityError> {
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let fail = |problem: String| QuantityError {
        text: text.into(),
        what: format!("a count of {unit}s").into(),
        problem: problem.into(),
        expected: format!("a whole number and `{unit}s`").into(),
        example: format!("64 {unit}s").into(),
        suggestion: None,
    };
    let (number, written) = number(&PERCENT, text.trim(), text).map_err(|error| fail(error.problem.into_string()))?;
    let Some(whole) = &number.whole else {
        return Err(fail("it is not a whole number above zero".to_owned()));
    };
    if written.strip_suffix('s').unwrap_or(written) != unit {
        let problem =
            if written.is_empty() { "its unit is missing".to_owned() } else { format!("`{written}` is not `{unit}s`") };
        return Err(with(fail(problem), format!("{} {unit}s", number.text)));
    }
    whole.parse().map_err(|_| fail("the number is too large".to_owned()))
}

/// Any kind, told by its form.
pub(super) fn parse_any(text: &str) -> Result<Quantity, QuantityError> {
    let trimmed = text.trim();
    if trimmed.contains('/') {
        return parse_rate(text).map(Quantity::Rate);
    }
    if trimmed.ends_with('%') {
        return parse_percent(text).map(Quantity::Percent);
    }
    if has_date_shape(trimmed) {
        return parse_date(text).map(Quantity::Date);
    }
    let unit = trimmed.rsplit(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace()).next().unwrap_or("");
    if is_currency(unit) || turned_money(&MONEY, trimmed, text).is_some() {
        return parse_money(text).map(Quantity::Money);
    }
    if unit.ends_with("bps") {
        return parse_bandwidth(text).map(Quantity::Bandwidth);
    }
    if unit.ends_with('B') {
        return parse_bytes(text).map(Quantity::Bytes);
    }
    if DURATION_UNITS.iter().any(|(name, _)| *name == unit) {
        return parse_duration(text).map(Quantity::Duration);
    }
    let any = Form {
        what: "a quantity",
        expected: "a number with a unit (`38B USD`, `2.57 USD/gpu-hour`, `2%`, `2.1 PiB`, `3.2 Tbps`, `90d`) or a date",
        example: "2027-01-11",
    };
    let (_, rest) = number(&any, trimmed, text)?;
    let problem = if rest.is_empty() { "its unit is missing".to_owned() } else { format!("`{unit}` is not a unit") };
    Err(any.error(text, problem))
}
