//! Dates, and what changes with the day. Days are calendar days; there are no time zones but UTC. Must not know spans,
//! nor what day it is: the day a fleet is read for is handed in.

use jiff::{Span, Timestamp, civil::DateTime, tz::TimeZone};
use tonnage_base::{
    Date, Decimal,
    quantity::{self, Quantity},
};

use super::{Arguments, Fault, Function, Kind, Parameter, quantities};
use crate::value::{Mismatch, Value};

const TIMESTAMP: Parameter = Parameter::new("timestamp", Kind::Text);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "as_of",
        &[],
        "The day the fleet is read for: today, or that of `-as-of`.",
        "length(as_of())",
        "10",
        |a| match a.day {
            Some(day) => Ok(Value::string(&day.to_string())),
            None => Err(Fault::Unknown(tonnage_base::Symbol::new("the day the fleet is read for is not known here"))),
        },
    ),
    Function::new(
        "date_add",
        &[Parameter::new("date", Kind::Any), Parameter::new("duration", Kind::Any)],
        "The date so many days later, or earlier: \"90d\", \"-2w\".",
        "date_add(\"2027-01-11\", \"90d\")",
        "\"2027-04-11\"",
        date_add,
    ),
    Function::new(
        "date_before",
        &[Parameter::new("first", Kind::Any), Parameter::new("second", Kind::Any)],
        "Whether one date lies before another.",
        "date_before(\"2026-12-31\", \"2027-01-11\")",
        "true",
        |a| Ok(Value::Bool(quantities::date(a, 0)? < quantities::date(a, 1)?)),
    ),
    Function::new(
        "days_between",
        &[Parameter::new("first", Kind::Any), Parameter::new("second", Kind::Any)],
        "Days from one date to another; negative where the second is the earlier.",
        "days_between(\"2027-01-11\", \"2027-04-11\")",
        "90",
        |a| Ok(Value::Number(Decimal::from(days(quantities::date(a, 0)?, quantities::date(a, 1)?)))),
    ),
    Function::new(
        "formatdate",
        &[Parameter::new("format", Kind::Text), TIMESTAMP],
        "A date or timestamp in another form: YYYY, YY, MMMM, MMM, MM, M, DD, D, EEEE, EEE, hh, h, HH, H, AA, aa, mm, m, \
         ss, s, ZZZZZ, Z; other letters stand in single quotes.",
        "formatdate(\"DD MMM YYYY hh:mm\", \"2027-01-11T09:05:00Z\")",
        "\"11 Jan 2027 09:05\"",
        formatdate,
    ),
    Function::new(
        "ramp",
        &[Parameter::new("points", Kind::Map), Parameter::new("kind", Kind::Text)],
        "A number that changes with time: dates and what holds from then on, as \"step\" (the default) or \"linear\". \
         Nothing before the first date. Whole numbers stay whole, rounded down: what is not there yet can't be used.",
        "ramp({ \"2026-03-31\" = 77100, \"2026-12-31\" = 216000 }, \"linear\") >= 0",
        "true",
        ramp,
    )
    .optional(1),
    Function::new(
        "timeadd",
        &[TIMESTAMP, Parameter::new("duration", Kind::Text)],
        "The timestamp so much later: \"10m\", \"1h30m\", \"-24h\".",
        "timeadd(\"2027-01-11T00:00:00Z\", \"36h\")",
        "\"2027-01-12T12:00:00Z\"",
        |a| {
            let (time, seconds) = (timestamp(a, 0)?, seconds(a, 1)?);
            let later = time.checked_add(Span::new().try_seconds(seconds).map_err(|_| Fault::OutOfRange)?);
            Ok(Value::string(&later.map_err(|_| Fault::OutOfRange)?.to_string()))
        },
    ),
    Function::new(
        "timecmp",
        &[Parameter::new("first", Kind::Text), Parameter::new("second", Kind::Text)],
        "-1, 0 or 1: whether one timestamp lies before, at or after another.",
        "timecmp(\"2027-01-11T00:00:00Z\", \"2027-01-10T23:00:00-01:00\")",
        "0",
        |a| Ok(Value::Number(Decimal::from(timestamp(a, 0)?.cmp(&timestamp(a, 1)?) as i8))),
    ),
];

fn days(first: Date, second: Date) -> i64 {
    // both lie in the years that jiff has, so the difference fits
    i64::from(first.until(second).map_or(0, |span| span.get_days()))
}

fn seconds(a: &Arguments<'_>, at: usize) -> Result<i64, Fault> {
    match a.value(at) {
        Value::Quantity(Quantity::Duration(seconds)) => Ok(*seconds),
        Value::String(text) => {
            let (negative, text) = match text.strip_prefix('-') {
                Some(rest) => (true, rest),
                None => (false, &**text),
            };
            let seconds = quantity::parse_duration(text).map_err(|why| Fault::Refused(at, why.to_string()))?;
            Ok(if negative { -seconds } else { seconds })
        }
        Value::Null => Err(Fault::Null(at, "the duration")),
        Value::Invalid => Err(Fault::Invalid),
        other => Err(match other.unknown_reason() {
            Some(why) => Fault::Unknown(why),
            None => Fault::Type(at, format!("it reads a duration such as \"90d\", and this is {}", other.describe())),
        }),
    }
}

fn date_add(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    const DAY: i64 = 86_400;
    let (date, seconds) = (quantities::date(a, 0)?, seconds(a, 1)?);
    if seconds % DAY != 0 {
        return Err(Fault::Refused(1, "a date moves by whole days".to_owned()));
    }
    let later = Span::new().try_days(seconds / DAY).ok().and_then(|span| date.checked_add(span).ok());
    later.map(|date| Value::string(&date.to_string())).ok_or(Fault::OutOfRange)
}

/// A timestamp in RFC 3339, or a date: its first moment in UTC.
fn timestamp(a: &Arguments<'_>, at: usize) -> Result<Timestamp, Fault> {
    let text = a.text(at);
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let date = quantity::parse_date(text).ok().and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    date.map(|zoned| zoned.timestamp()).ok_or_else(|| {
        Fault::Refused(at, format!("`{text}` is not a timestamp such as \"2027-01-11T09:00:00Z\", nor a date"))
    })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn formatdate(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let time: DateTime = timestamp(a, 1)?.to_zoned(TimeZone::UTC).datetime();
    let format: Vec<char> = a.text(0).chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while let Some(&letter) = format.get(at) {
        if letter == '\'' {
            let mut end = at + 1;
            loop {
                match (format.get(end), format.get(end + 1)) {
                    (Some('\''), Some('\'')) => {
                        out.push('\'');
                        end += 2;
                    }
                    (Some('\''), _) => break,
                    (Some(other), _) => {
                        out.push(*other);
                        end += 1;
                    }
                    (None, _) => return Err(Fault::Refused(0, "a quote in it is not closed".to_owned())),
                }
            }
            at = end + 1;
            continue;
        }
        let run = format.get(at..).unwrap_or(&[]).iter().take_while(|other| **other == letter).count();
        if letter.is_ascii_alphabetic() {
            let run_text: String = std::iter::repeat_n(letter, run).collect();
            out.push_str(&part(&run_text, time).ok_or_else(|| {
                Fault::Refused(0, format!("`{run_text}` is not a part of a date; other letters stand in single quotes"))
            })?);
        } else {
            out.extend(std::iter::repeat_n(letter, run));
        }
        at += run;
    }
    Ok(Value::string(&out))
}

fn part(of: &str, time: DateTime) -> Option<String> {
    let name = |names: &'static [&'static str], at: i8, letters: usize| {
        let name = names.get(usize::try_from(at - 1).ok()?)?;
        name.get(..letters.min(name.len())).map(str::to_owned)
    };
    let twelve = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    Some(match of {
        "YYYY" => format!("{:04}", time.year()),
        "YY" => format!("{:02}", time.year().rem_euclid(100)),
        "MMMM" => name(&MONTHS, time.month(), usize::MAX)?,
        "MMM" => name(&MONTHS, time.month(), 3)?,
        "MM" => format!("{:02}", time.month()),
        "M" => time.month().to_string(),
        "DD" => format!("{:02}", time.day()),
        "D" => time.day().to_string(),
        "EEEE" => name(&WEEKDAYS, time.weekday().to_monday_one_offset(), usize::MAX)?,
        "EEE" => name(&WEEKDAYS, time.weekday().to_monday_one_offset(), 3)?,
        "hh" => format!("{:02}", time.hour()),
        "h" => time.hour().to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => if time.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if time.hour() < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{:02}", time.minute()),
        "m" => time.minute().to_string(),
        "ss" => format!("{:02}", time.second()),
        "s" => time.second().to_string(),
        "ZZZZZ" => "+00:00".to_owned(),
        "ZZZZ" => "+0000".to_owned(),
        "ZZZ" => "UTC".to_owned(),
        "Z" => "Z".to_owned(),
        _ => return None,
    })
}

fn ramp(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let linear = match a.value(1) {
        Value::Null => false,
        Value::String(kind) if &**kind == "step" => false,
        Value::String(kind) if &**kind == "linear" => true,
        other => return Err(Fault::Refused(1, format!("{other} is not a way to ramp: write \"step\" or \"linear\""))),
    };
    let mut points: Vec<(Date, Decimal)> = Vec::new();
    for (date, value) in a.map(0).iter() {
        let day = quantity::parse_date(date.as_str()).map_err(|why| Fault::Refused(0, why.to_string()))?;
        let number = value.as_number().map_err(|why| match why {
            Mismatch::Null => Fault::Null(0, "a value"),
            Mismatch::Unknown(why) => Fault::Unknown(why),
            Mismatch::Invalid => Fault::Invalid,
            Mismatch::OutOfRange => Fault::OutOfRange,
            Mismatch::Type => {
                Fault::Type(0, format!("what holds from {date} is a number, and this is {}", value.describe()))
            }
        })?;
        points.push((day, number));
    }
    points.sort_by_key(|(day, _)| *day);
    if points.is_empty() {
        return Err(Fault::Refused(0, "it has no dates: write `{ \"2026-12-31\" = 216000 }`".to_owned()));
    }
    let Some(today) = a.day else {
        return Err(Fault::Unknown(tonnage_base::Symbol::new("the day the fleet is read for is not known here")));
    };
    let whole = points.iter().all(|(_, number)| number.is_integer());
    let value = at(&points, today, linear).ok_or(Fault::OutOfRange)?;
    Ok(Value::Number(if whole { value.floor() } else { value.round_dp(6) }))
}

/// The value of a ramp on a day.
fn at(points: &[(Date, Decimal)], today: Date, linear: bool) -> Option<Decimal> {
    let Some(position) = points.iter().rposition(|(day, _)| *day <= today) else { return Some(Decimal::ZERO) };
    let (from, low) = *points.get(position)?;
    let Some(&(to, high)) = points.get(position + 1).filter(|_| linear) else { return Some(low) };
    let (passed, all) = (Decimal::from(days(from, today)), Decimal::from(days(from, to)));
    let rise = high.checked_sub(low)?.checked_mul(passed)?.checked_div(all)?;
    low.checked_add(rise)
}

#[cfg(test)]
mod tests {
    use rust_decimal::prelude::ToPrimitive;

    use super::*;

    #[test]
    fn a_ramp_holds_between_its_points() {
        let day = |text: &str| text.parse::<Date>().unwrap_or_default();
        let points = [(day("2026-06-30"), Decimal::from(100)), (day("2026-07-10"), Decimal::from(200))];
        let on = |text: &str, linear| at(&points, day(text), linear).and_then(|value| value.to_i64());
        assert_eq!(on("2026-06-29", true), Some(0));
        assert_eq!(on("2026-06-30", true), Some(100));
        assert_eq!(on("2026-07-05", true), Some(150));
        assert_eq!(on("2026-07-05", false), Some(100));
        assert_eq!(on("2026-07-10", true), Some(200));
        assert_eq!(on("2030-01-01", true), Some(200));
    }

    #[test]
    fn days_are_counted_over_years() {
        let day = |text: &str| text.parse::<Date>().unwrap_or_default();
        assert_eq!(days(day("2025-11-03"), day("2032-11-02")), 2556);
        assert_eq!(days(day("2027-01-11"), day("2026-01-11")), -365);
    }
}
