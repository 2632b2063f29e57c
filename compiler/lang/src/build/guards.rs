//! What no plan may do, and what a thing may cost. Must not know a plan.

use tonnage_base::{At, Decimal, Diagnostic, codes::lang as codes, quantity::Money};

use crate::{
    context::Context,
    intent::{Budget, Protect},
    read::Reader,
};

/// `protect { … }`, if written.
pub(super) fn protect(parent: &Reader<'_>, cx: &mut Context) -> Option<Protect> {
    let mut reader = parent.nested("protect")?;
    let mut denies = |name| reader.word(name, cx).is_some_and(|word| word.value == "deny");
    let (destroy, shrink) = (denies("destroy"), denies("shrink"));
    if !destroy && !shrink {
        cx.push(
            Diagnostic::warning(codes::T0272, reader.at, "this `protect` block protects from nothing")
                .with_help("write `destroy = \"deny\"` or `shrink = \"deny\"`"),
        );
    }
    Some(Protect { destroy, shrink, until: reader.day("until", cx), span: reader.at })
}

/// `budget { … }`, if written.
pub(super) fn budget(parent: &Reader<'_>, cx: &mut Context) -> Option<Budget> {
    let mut reader = parent.nested("budget")?;
    let hourly = reader.money("hourly", cx);
    let monthly = reader.money("monthly", cx);
    if reader.span("hourly").is_none() && reader.span("monthly").is_none() {
        cx.push(
            Diagnostic::warning(codes::T0272, reader.at, "this `budget` block allows anything")
                .with_help("write `hourly = \"52000 USD\"` or `monthly = \"1.9M USD\"`"),
        );
    }
    for money in [hourly, monthly].into_iter().flatten() {
        positive(money, cx);
    }
    Some(Budget { hourly, monthly, span: reader.at })
}

fn positive(money: At<Money>, cx: &mut Context) {
    if money.value.amount < Decimal::ZERO {
        cx.push(Diagnostic::error(codes::T0218, money.span, "a budget can't be less than 0"));
        cx.incomplete = true;
    }
}
