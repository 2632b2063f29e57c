//! How a pool changes and what it does when capacity is missing: `rollout`, `health`, `fallback`. Must not know
//! placement.

use tonnage_base::{At, Diagnostic, Span, codes::lang as codes};

use crate::{
    context::Context,
    intent::{Fallback, FallbackOn, Health, OnCapacity, PoolOption, Split, StepSize},
    read::Reader,
};

/// `rollout { … }`, with what holds without it.
pub(super) struct Rollout {
    pub step: Option<At<StepSize>>,
    pub on_capacity: At<OnCapacity>,
}

pub(super) fn rollout(pool: &Reader<'_>, header: Span, cx: &mut Context) -> Rollout {
    let undo = At::new(OnCapacity::RollBack, header);
    let Some(mut reader) = pool.nested("rollout") else { return Rollout { step: None, on_capacity: undo } };
    let word = reader.word("on_capacity", cx);
    let on_capacity = word.map(|at| {
        at.map(|word| match word {
            "hold" => OnCapacity::Hold,
            "retry" => OnCapacity::Retry,
            "fall_back" => OnCapacity::FallBack,
            _ => OnCapacity::RollBack,
        })
    });
    Rollout { step: reader.step("step", cx), on_capacity: on_capacity.unwrap_or(undo) }
}

/// `health { … }`, if written.
pub(super) fn health(pool: &Reader<'_>, cx: &mut Context) -> Option<Health> {
    let mut reader = pool.nested("health")?;
    let grace = reader.duration("grace", cx);
    let replace_unhealthy = reader.bool("replace_unhealthy", cx);
    if reader.span("grace").is_none() && reader.span("replace_unhealthy").is_none() {
        cx.push(
            Diagnostic::warning(codes::T0272, reader.at, "this `health` block says nothing")
                .with_help("write `grace = \"15m\"` or `replace_unhealthy = false`"),
        );
    }
    Some(Health { grace, replace_unhealthy, span: reader.at })
}

/// `fallback { … }`, if written: there must be something to fall back to.
pub(super) fn fallback(
    pool: &Reader<'_>,
    options: &[PoolOption],
    split: Option<&Split>,
    on_capacity: At<OnCapacity>,
    cx: &mut Context,
) -> Option<Fallback> {
    let nowhere = |at: Span, message: &str| {
        Diagnostic::error(codes::T0280, at, message)
            .with_help("options are tried in the order written: add the one to fall back to as a second `option` block")
    };
    let alone = options.len() < 2 || split.is_some();
    let reader = pool.nested("fallback");
    if on_capacity.value == OnCapacity::FallBack && alone {
        cx.push(nowhere(on_capacity.span, "this pool has no second option to fall back to"));
        cx.incomplete = true;
    }
    let mut reader = reader?;
    if alone {
        cx.push(nowhere(reader.at, "this pool has no second option to fall back to"));
        cx.incomplete = true;
    }
    let words = reader.words("on", cx);
    let decide_by = reader.day("decide_by", cx);
    let cross_plan = reader.word("cross_plan", cx);
    let on = words?.into_iter().map(|at| {
        at.map(|word| match word {
            "capacity_error" => FallbackOn::CapacityError,
            _ => FallbackOn::PreflightFailed,
        })
    });
    let on: Vec<At<FallbackOn>> = on.collect();
    let capacity_error = on.iter().any(|at| at.value == FallbackOn::CapacityError);
    if on_capacity.value == OnCapacity::FallBack && !capacity_error {
        cx.push(
            Diagnostic::error(
                codes::T0284,
                on_capacity.span,
                "what is short falls back, and `fallback` does not allow it",
            )
            .with_label(reader.span("on").unwrap_or(reader.at), "`capacity_error` is not among these")
            .with_help("add `\"capacity_error\"` to `on`, or write `on_capacity = \"hold\"`"),
        );
        cx.incomplete = true;
    }
    let require_approval = cross_plan.is_none_or(|word| word.value == "require_approval");
    Some(Fallback { on, decide_by, require_approval, span: reader.at })
}
