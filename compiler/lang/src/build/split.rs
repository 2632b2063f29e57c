//! Shares of a pool that spans clouds, and how they may shift. Must not know what a cloud can hold.

use tonnage_base::{At, Decimal, Diagnostic, Span, codes::lang as codes, quantity};

use super::{Builder, pool::Declared};
use crate::{
    context::Context,
    intent::{Buy, Objective, PoolOption, Share, Shift, Split, SplitBy},
    read::{Reader, element_span},
    value::Value,
};

impl Builder<'_, '_> {
    /// `split { … }`, and an option for each share: what it may hold is decided as for any other option.
    pub(super) fn split(
        &self,
        mut reader: Reader<'_>,
        declared: &Declared,
        cx: &mut Context,
    ) -> Option<(Split, Vec<PoolOption>)> {
        let by = match reader.word("by", cx).map(|word| word.value) {
            Some("gpu_hours") => SplitBy::GpuHours,
            _ => SplitBy::Gpus,
        };
        let mut shares: Vec<Share> = Vec::new();
        let mut options = Vec::new();
        let mut failed = false;
        for mut share in reader.all_nested("share") {
            match self.share(&mut share, &shares, declared, cx) {
                Some((share, option)) => {
                    shares.push(share);
                    options.push(option);
                }
                None => failed = true,
            }
        }
        if failed {
            return cx.incomplete();
        }
        let sum: Decimal = shares.iter().map(|share| share.target.value).sum();
        if sum != Decimal::ONE {
            let all: Vec<String> = shares.iter().map(|share| percent(share.target.value)).collect();
            let mut wrong =
                Diagnostic::error(codes::T0270, reader.at, format!("the shares sum to {}, not to 100%", percent(sum)))
                    .with_help(format!("they are {}", all.join(" + ")));
            for share in &shares {
                wrong = wrong.with_label(share.target.span, percent(share.target.value));
            }
            cx.push(wrong);
            return cx.incomplete();
        }
        let shift = reader.nested("shift").and_then(|shift| self::shift(shift, cx));
        Some((Split { by, shares, shift, span: reader.at }, options))
    }

    fn share(
        &self,
        reader: &mut Reader<'_>,
        before: &[Share],
        declared: &Declared,
        cx: &mut Context,
    ) -> Option<(Share, PoolOption)> {
        let label = reader.label()?;
        let name = At::new(label.name, label.span);
        if let Some(first) = before.iter().find(|share| share.name.value == name.value) {
            cx.push(
                Diagnostic::error(
                    codes::T0211,
                    name.span,
                    format!("share `{}` is declared twice in this pool", name.value),
                )
                .with_label(first.name.span, "first declared here")
                .with_help("give one of them another name"),
            );
            return cx.incomplete();
        }
        let cloud = reader.reference("cloud", &declared.clouds, cx);
        let cloud = cloud.and_then(|at| self.cloud(at.value).map(|(id, cloud)| (At::new(id, at.span), cloud)));
        let region = reader.text("region", cx);
        let zones = reader.texts("zones", cx).unwrap_or_default();
        self.check_site(cloud.map(|(_, cloud)| cloud), region, &zones, cx);
        let target = reader.percent("target", cx);
        let bounds = bounds(reader, target, cx);
        let draw = self.draw(reader, declared, cx);
        let share = Share { name, cloud: cloud?.0, region, zones, target: target?, bounds, draw, span: reader.at };
        let option = PoolOption {
            name,
            cloud: Some(share.cloud),
            region: share.region,
            zones: share.zones.clone(),
            shape: None,
            buy: Buy::default(),
            draw,
            moves: None,
            span: share.span,
        };
        Some((share, option))
    }

    /// `draw = commitment.x`.
    pub(super) fn draw(
        &self,
        reader: &mut Reader<'_>,
        declared: &Declared,
        cx: &mut Context,
    ) -> Option<At<crate::intent::CommitmentId>> {
        let draw = reader.reference("draw", &declared.commitments, cx)?;
        self.commitment_ids.get(&draw.value).map(|id| At::new(*id, draw.span))
    }
}

/// `bounds = ["45%", "70%"]`, around the target.
fn bounds(
    reader: &mut Reader<'_>,
    target: Option<At<Decimal>>,
    cx: &mut Context,
) -> Option<(At<Decimal>, At<Decimal>)> {
    let read = reader.value("bounds", cx)?;
    let wrong = |at: Span, cx: &mut Context| {
        cx.push(
            Diagnostic::error(codes::T0271, at, "the bounds of a share are its least and its largest")
                .with_help("write two percentages: `bounds = [\"45%\", \"70%\"]`"),
        );
        cx.incomplete()
    };
    let Value::List(items) = &read.value else { return wrong(read.expr.span, cx) };
    let mut found: Vec<At<Decimal>> = Vec::new();
    for (position, item) in items.iter().enumerate() {
        let span = element_span(read.expr, position);
        let share = match item {
            Value::String(text) => quantity::parse_percent(text).ok(),
            Value::Quantity(quantity::Quantity::Percent(share)) => Some(*share),
            _ => None,
        };
        match share.filter(|share| (Decimal::ZERO..=Decimal::ONE).contains(share)) {
            Some(share) => found.push(At::new(share, span)),
            None => return wrong(span, cx),
        }
    }
    let [low, high] = found.as_slice() else { return wrong(read.expr.span, cx) };
    if low.value > high.value {
        return wrong(read.expr.span, cx);
    }
    if let Some(target) = target
        && !(low.value..=high.value).contains(&target.value)
    {
        cx.push(
            Diagnostic::error(
                codes::T0271,
                target.span,
                format!("the target, {}, lies outside of the bounds", percent(target.value)),
            )
            .with_label(read.expr.span, format!("{} to {}", percent(low.value), percent(high.value)))
            .with_help("widen the bounds, or move the target"),
        );
        return cx.incomplete();
    }
    Some((*low, *high))
}

fn shift(mut reader: Reader<'_>, cx: &mut Context) -> Option<Shift> {
    let objective = reader.word("objective", cx).map(|word| match word.value {
        "performance" => Objective::Performance,
        _ => Objective::Cost,
    });
    let evaluate = reader.duration("evaluate", cx);
    Some(Shift {
        objective: objective?,
        evaluate,
        max_move: reader.percent("max_move", cx),
        deadband: reader.percent("deadband", cx),
        span: reader.at,
    })
}

/// `55%`.
fn percent(share: Decimal) -> String {
    let of = share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share);
    format!("{}%", of.normalize())
}
