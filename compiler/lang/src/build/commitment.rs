//! Commitments: terms, burn curves, milestones, rates. Must not know what is drawn, nor how it is counted.

use std::collections::BTreeMap;

use tonnage_base::{
    At, Date, Decimal, Diagnostic, Span, Symbol,
    codes::lang as codes,
    quantity::{self, Money, Quantity, Rate},
};
use tonnage_syntax::tree::{Block, Expr, ExprKind, ObjectKey};

use super::Builder;
use crate::{
    context::{Context, listed},
    intent::{Burn, Commitment, Covers, Milestone, Owed, Shortfall, Stated},
    read::Reader,
    resolve::{declared::Family, each::Instance},
    value::Value,
};

/// Kinds of service that `covers` knows.
const SERVICES: &[&str] = &["compute", "storage"];

impl Builder<'_, '_> {
    pub(super) fn commitments(&mut self, cx: &mut Context) {
        let clouds = self.declared_names(Family::Cloud);
        for (name, block, instance) in self.instances(Family::Commitment, cx) {
            let label = At::new(instance.name, name.span);
            match self.commitment(label, block, &instance, &clouds, cx) {
                Some(commitment) => {
                    let id = self.commitments.push(commitment);
                    self.commitment_ids.insert(self.key(instance.name), id);
                }
                None => cx.incomplete = true,
            }
        }
    }

    fn commitment(
        &self,
        name: At<Symbol>,
        block: &Block,
        instance: &Instance,
        clouds: &[&str],
        cx: &mut Context,
    ) -> Option<Commitment> {
        let mut reader = self.reader(block, &instance.scope)?;
        let named = reader.references("cloud", clouds, cx);
        let clouds: Option<Vec<_>> = named.map(|named| {
            named.into_iter().filter_map(|at| self.cloud(at.value).map(|(id, _)| At::new(id, at.span))).collect()
        });
        let category = reader.word("category", cx);
        let value = category.and_then(|category| owed(&mut reader, category, cx));
        let term = reader.nested("term").and_then(|term| days(term, cx));
        let rates = self.rates(&mut reader, cx);
        let burn = match (&value, &term) {
            (Some(value), Some(term)) => burn(&mut reader, value, *term, cx),
            _ => Some(Vec::new()),
        };
        let drawn = match (&value, &term) {
            (Some(value), Some(term)) => drawn(&mut reader, value, *term, cx),
            _ => Some(Vec::new()),
        };
        let covers = match reader.nested("covers") {
            Some(covers) => self.covers(covers, clouds.as_deref().unwrap_or_default(), cx),
            None => Covers::default(),
        };
        let shortfall = match reader.word("shortfall", cx).map(|word| word.value) {
            Some("carry_forward") => Shortfall::CarryForward,
            Some("none") => Shortfall::Nothing,
            _ => Shortfall::PayDifference,
        };
        let description = reader.text("description", cx).map(|at| at.value);
        let mut milestones = Vec::new();
        for milestone in reader.all_nested("milestone") {
            let term = term.map(|(start, end)| (start.value, end.value));
            milestones.extend(self.milestone(milestone, term, &milestones, cx));
        }
        milestones.sort_by_key(|milestone: &Milestone| (milestone.by.value, milestone.name.value));
        Some(Commitment {
            address: self.address(Family::Commitment, name.value),
            name,
            clouds: clouds?,
            value: value?,
            term: term?,
            covers,
            rates: rates?,
            burn: burn?,
            drawn: drawn?,
            milestones,
            shortfall,
            description,
            span: block.header,
        })
    }

    /// `rates = { "nvidia-gb300" = "2.70 USD/gpu-hour" }`.
    fn rates(&self, reader: &mut Reader<'_>, cx: &mut Context) -> Option<BTreeMap<Symbol, At<Rate>>> {
        let mut rates = BTreeMap::new();
        let Some(read) = reader.value("rates", cx) else { return Some(rates) };
        for (name, value, at) in entries(&read.value, read.expr, "rates", cx)? {
            self.known_accelerator(At::new(name, at.key), cx);
            let rate = match &value {
                Value::Quantity(Quantity::Rate(rate)) => Some(*rate),
                Value::String(text) => match quantity::parse_rate(text) {
                    Ok(rate) => Some(rate),
                    Err(wrong) => {
                        cx.push(
                            Diagnostic::error(codes::T0220, at.value, wrong.to_string())
                                .with_help("write a price such as `\"2.70 USD/gpu-hour\"`"),
                        );
                        None
                    }
                },
                other => {
                    cx.push(Diagnostic::error(
                        codes::T0213,
                        at.value,
                        format!(
                            "the rate of `{name}` is {}, expected a price such as `\"2.70 USD/gpu-hour\"`",
                            other.describe()
                        ),
                    ));
                    None
                }
            };
            let Some(rate) = rate else { return cx.incomplete() };
            if rate.per.is_none_or(|per| per != "gpu") {
                cx.push(
                    Diagnostic::error(
                        codes::T0255,
                        at.value,
                        format!("the rate of `{name}` is for {}, not for a GPU and hour", rate.unit()),
                    )
                    .with_help("committed rates are for one GPU and hour: `\"2.70 USD/gpu-hour\"`"),
                );
                return cx.incomplete();
            }
            rates.insert(name, At::new(rate, at.value));
        }
        Some(rates)
    }

    fn known_accelerator(&self, written: At<Symbol>, cx: &mut Context) {
        if !self.index.has_accelerator(written.value) {
            self.index.unknown_accelerator(written, cx);
        }
    }

    fn covers(&self, mut reader: Reader<'_>, clouds: &[At<crate::intent::CloudId>], cx: &mut Context) -> Covers {
        let covers = Covers {
            regions: reader.texts("regions", cx).unwrap_or_default(),
            accelerators: reader.texts("accelerators", cx).unwrap_or_default(),
            services: reader.texts("services", cx).unwrap_or_default(),
        };
        for &accelerator in &covers.accelerators {
            self.known_accelerator(accelerator, cx);
        }
        for &region in &covers.regions {
            let of = clouds.iter().filter_map(|at| self.clouds.get(at.value));
            let allowed = of.clone().any(|cloud| cloud.regions.iter().any(|at| at.value == region.value));
            if let (false, Some(cloud)) = (allowed, of.clone().next()) {
                self.check_region(cloud, region, cx);
            }
        }
        for service in &covers.services {
            if !SERVICES.contains(&service.value.as_str()) {
                let wrong = Diagnostic::error(
                    codes::T0219,
                    service.span,
                    format!("`{}` is not a kind of service", service.value),
                );
                let help = format!("it is one of {}", listed(SERVICES));
                let wrong = cx.did_you_mean_quoted(wrong, *service, SERVICES.iter().copied(), &help);
                cx.push(wrong);
                cx.incomplete = true;
            }
        }
        covers
    }

    fn milestone(
        &self,
        mut reader: Reader<'_>,
        term: Option<(Date, Date)>,
        before: &[Milestone],
        cx: &mut Context,
    ) -> Option<Milestone> {
        let label = reader.label()?;
        let name = At::new(label.name, label.span);
        if let Some(first) = before.iter().find(|other| other.name.value == name.value) {
            cx.push(
                Diagnostic::error(codes::T0211, name.span, format!("milestone `{}` is declared twice", name.value))
                    .with_label(first.name.span, "first declared here")
                    .with_help("give one of them another name"),
            );
            return cx.incomplete();
        }
        let by = reader.day("by", cx);
        if let (Some(by), Some((start, end))) = (by, term)
            && !(start..=end).contains(&by.value)
        {
            cx.push(
                Diagnostic::error(codes::T0268, by.span, format!("{} lies outside of the term", by.value))
                    .with_help(format!("the term is from {start} to {end}, both included")),
            );
            cx.incomplete = true;
        }
        let mut capacity = Vec::new();
        if let Some(read) = reader.value("capacity", cx) {
            for (model, value, at) in entries(&read.value, read.expr, "capacity", cx)? {
                self.known_accelerator(At::new(model, at.key), cx);
                let whole = value.as_whole().ok().and_then(|number| u64::try_from(number).ok());
                let Some(gpus) = whole else {
                    cx.push(
                        Diagnostic::error(
                            codes::T0218,
                            at.value,
                            format!("{} is not a number of GPUs", value.describe()),
                        )
                        .with_help("write a whole number, 0 or more"),
                    );
                    return cx.incomplete();
                };
                capacity.push((At::new(model, at.key), At::new(gpus, at.value)));
            }
        }
        Some(Milestone {
            name,
            by: by?,
            capacity,
            on_slip: reader.text("on_slip", cx).map(|at| at.value),
            span: reader.at,
        })
    }
}

/// Where an entry of an object is written; the whole expression where it is not written out.
#[derive(Clone, Copy)]
struct Places {
    key: Span,
    value: Span,
}

/// The entries of an object attribute with their places.
fn entries(value: &Value, expr: &Expr, name: &str, cx: &mut Context) -> Option<Vec<(Symbol, Value, Places)>> {
    let Value::Map(map) = value else {
        if !matches!(value, Value::Invalid) {
            cx.push(Diagnostic::error(
                codes::T0213,
                expr.span,
                format!("`{name}` is {}, expected an object", value.describe()),
            ));
        }
        return cx.incomplete();
    };
    let place = |wanted: Symbol| {
        let whole = Places { key: expr.span, value: expr.span };
        let ExprKind::Object(items) = &expr.kind else { return whole };
        let found = items.iter().find_map(|item| {
            let (key, span) = match &item.key {
                ObjectKey::Name(name) => (name.name, name.span),
                ObjectKey::Expr(Expr { kind: ExprKind::String(text), span }) => (*text, *span),
                ObjectKey::Expr(_) => return None,
            };
            (key == wanted).then_some(Places { key: span, value: item.value.span })
        });
        found.unwrap_or(whole)
    };
    Some(map.iter().map(|(key, value)| (*key, value.clone(), place(*key))).collect())
}

fn owed(reader: &mut Reader<'_>, category: At<&'static str>, cx: &mut Context) -> Option<Owed> {
    let read = reader.value("value", cx)?;
    let span = read.expr.span;
    let positive = |amount: Decimal| amount > Decimal::ZERO;
    let found = match (category.value, &read.value) {
        ("spend", Value::Quantity(Quantity::Money(money))) => Some(Owed::Spend(At::new(*money, span))),
        ("spend", Value::String(text)) => match quantity::parse_money(text) {
            Ok(money) => Some(Owed::Spend(At::new(money, span))),
            Err(wrong) => {
                let mut problem = Diagnostic::error(codes::T0220, span, wrong.to_string());
                if let Some(meant) = wrong.suggestion {
                    problem = problem.with_suggestion(span, format!("\"{meant}\""));
                }
                cx.push(problem.with_help("a commitment to spend has a value in money: `\"38B USD\"`"));
                return cx.incomplete();
            }
        },
        ("usage", value) => gpu_hours(value).map(|hours| Owed::GpuHours(At::new(hours, span))),
        _ => None,
    };
    let amount = match &found {
        Some(Owed::Spend(money)) => money.value.amount,
        Some(Owed::GpuHours(hours)) => hours.value,
        None => Decimal::ONE,
    };
    if found.is_none() || !positive(amount) {
        let help = match category.value {
            "usage" => "a commitment to use has a value in GPU hours: `\"1.2B gpu-hours\"`",
            _ => "a commitment to spend has a value in money: `\"38B USD\"`",
        };
        cx.push(
            Diagnostic::error(codes::T0220, span, format!("`value` can't be {}", read.value.describe()))
                .with_label(category.span, format!("the category is `{}`", category.value))
                .with_help(help),
        );
        return cx.incomplete();
    }
    found
}

/// `"1.2B gpu-hours"`, or a number.
fn gpu_hours(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Some(*number),
        Value::String(text) => {
            let number = text.strip_suffix("gpu-hours").or_else(|| text.strip_suffix("gpu-hour"))?.trim();
            // a number with a suffix is written as that of an amount of money
            quantity::parse_money(&format!("{number} USD")).ok().map(|money| money.amount)
        }
        _ => None,
    }
}

fn days(mut reader: Reader<'_>, cx: &mut Context) -> Option<(At<Date>, At<Date>)> {
    let (start, end) = (reader.day("start", cx), reader.day("end", cx));
    let (start, end) = (start?, end?);
    if start.value > end.value {
        cx.push(
            Diagnostic::error(codes::T0239, end.span, format!("the term ends on {}, before it starts", end.value))
                .with_label(start.span, format!("it starts on {}", start.value))
                .with_help("the first and the last day are both included"),
        );
        return cx.incomplete();
    }
    Some((start, end))
}

/// What is owed in each year; its sum is the value.
fn burn(reader: &mut Reader<'_>, value: &Owed, term: (At<Date>, At<Date>), cx: &mut Context) -> Option<Vec<Burn>> {
    let Some(read) = reader.value("burn", cx) else { return Some(Vec::new()) };
    let mut burn: Vec<Burn> = Vec::new();
    let mut failed = false;
    for (key, value_of, at) in entries(&read.value, read.expr, "burn", cx)? {
        let (first, last) = (term.0.value.year(), term.1.value.year());
        let year = key.as_str().parse::<i16>().ok().filter(|year| (first..=last).contains(year));
        let Some(year) = year else {
            cx.push(
                Diagnostic::error(codes::T0268, at.key, format!("`{key}` is not a year of the term"))
                    .with_help(format!("the years of the term are {first} to {last}")),
            );
            failed = true;
            continue;
        };
        match amount(&value_of, value) {
            Some(amount) => burn.push(Burn { year: At::new(year, at.key), amount: At::new(amount, at.value) }),
            None => {
                cx.push(no_amount(&format!("the burn of {year}"), &value_of, at.value, value));
                failed = true;
            }
        }
    }
    if failed {
        return cx.incomplete();
    }
    burn.sort_by_key(|burn| burn.year.value);
    let sum = burn.iter().try_fold(Decimal::ZERO, |sum, burn| sum.checked_add(burn.amount.value));
    let (total, span) = match value {
        Owed::Spend(money) => (money.value.amount, money.span),
        Owed::GpuHours(hours) => (hours.value, hours.span),
    };
    if sum != Some(total) {
        let show = |amount: Decimal| match value {
            Owed::Spend(money) => Money::new(amount, money.value.currency).full(),
            Owed::GpuHours(_) => format!("{} gpu-hours", quantity::group_decimal(amount.normalize())),
        };
        let Some(sum) = sum else { return cx.incomplete() };
        let (word, difference) = if sum < total { ("short by", total - sum) } else { ("more by", sum - total) };
        cx.push(
            Diagnostic::error(
                codes::T0269,
                read.expr.span,
                format!("the burn curve does not sum to the value: it is {word} {}", show(difference)),
            )
            .with_label(span, format!("the value is {}", show(total)))
            .with_help(format!("its years sum to {}", show(sum))),
        );
        return cx.incomplete();
    }
    Some(burn)
}

/// What statements of the contract say was drawn, each until its day.
fn drawn(reader: &mut Reader<'_>, value: &Owed, term: (At<Date>, At<Date>), cx: &mut Context) -> Option<Vec<Stated>> {
    let Some(read) = reader.value("drawn", cx) else { return Some(Vec::new()) };
    let (start, end) = (term.0.value, term.1.value);
    let mut stated = Vec::new();
    let mut failed = false;
    for (key, value_of, at) in entries(&read.value, read.expr, "drawn", cx)? {
        let day = match quantity::parse_date(key.as_str()) {
            Err(wrong) => Err((codes::T0220, wrong.to_string(), "write a day such as `\"2026-10-31\"`".to_owned())),
            Ok(day) if !(start..=end).contains(&day) => {
                let help = format!("the term is from {start} to {end}, both included");
                Err((codes::T0268, format!("{day} lies outside of the term"), help))
            }
            Ok(day) => Ok(day),
        };
        let found = match day {
            Ok(day) => amount(&value_of, value)
                .map(|amount| Stated { until: At::new(day, at.key), amount: At::new(amount, at.value) })
                .ok_or_else(|| no_amount(&format!("what was drawn until {day}"), &value_of, at.value, value)),
            Err((code, message, help)) => Err(Diagnostic::error(code, at.key, message).with_help(help)),
        };
        match found {
            Ok(found) => stated.push(found),
            Err(problem) => {
                cx.push(problem);
                failed = true;
            }
        }
    }
    stated.sort_by_key(|stated: &Stated| stated.until.value);
    if failed { cx.incomplete() } else { Some(stated) }
}

/// That a value is no amount of the kind that the commitment counts.
fn no_amount(what: &str, value: &Value, at: Span, like: &Owed) -> Diagnostic {
    let help = match like {
        Owed::Spend(money) => format!("write an amount of {}, as the value has it", money.value.currency),
        Owed::GpuHours(_) => "write GPU hours, as the value has it: `\"150M gpu-hours\"`".to_owned(),
    };
    Diagnostic::error(codes::T0220, at, format!("{what} can't be {}", value.describe())).with_help(help)
}

fn amount(value: &Value, like: &Owed) -> Option<Decimal> {
    let found = match like {
        Owed::GpuHours(_) => gpu_hours(value)?,
        Owed::Spend(like) => {
            let money = match value {
                Value::Quantity(Quantity::Money(money)) => *money,
                Value::String(text) => quantity::parse_money(text).ok()?,
                _ => return None,
            };
            if money.currency != like.value.currency {
                return None;
            }
            money.amount
        }
    };
    (found >= Decimal::ZERO).then_some(found)
}
