//! When a pool may take another option than the one before: as its `fallback` block says. Must not choose.

use tonnage_base::{Date, Diagnostic, Symbol, codes::place as codes, quantity::group_thousands};
use tonnage_lang::intent::{Fallback, FallbackOn, Pool, PoolOption};

use crate::{
    attempt::{Attempt, Refusal},
    availability::Standing,
    candidate::Reason,
    decide::{Chosen, Rejected},
    placement::{FallsBack, Inputs, Slice},
};

/// What holds for the options of one pool, in their order.
pub struct Rule<'a> {
    inputs: &'a Inputs<'a>,
    pool: &'a Pool,
    /// Where it stands today: the option with most nodes.
    stands: Option<&'a Standing>,
    /// Why the options after some one were not tried.
    refused: Option<Refused<'a>>,
}

#[derive(Clone, Copy)]
enum Refused<'a> {
    TooLate(tonnage_base::At<Date>),
    NotAllowed(&'a Fallback, FallbackOn),
}

impl<'a> Rule<'a> {
    /// Of a pool.
    pub fn of(inputs: &'a Inputs<'a>, pool: &'a Pool) -> Self {
        let here = inputs.availability.standing.iter().filter(|standing| standing.pool == pool.address);
        let stands = here.max_by_key(|standing| (standing.asked, std::cmp::Reverse(standing.option)));
        Self { inputs, pool, stands, refused: None }
    }

    fn fallback(&self) -> Option<&'a Fallback> {
        self.pool.fallback.as_ref()
    }

    fn allows(&self, cause: FallbackOn) -> bool {
        self.fallback().is_none_or(|fallback| fallback.on.iter().any(|at| at.value == cause))
    }

    /// The option that the pool stays with after the day by which it had to be decided.
    fn settled(&self) -> Option<(Symbol, tonnage_base::At<Date>)> {
        let by = self.fallback()?.decide_by.filter(|by| by.value < self.inputs.as_of)?;
        let first = || self.pool.options.first().map(|option| option.name.value);
        Some((self.stands.map(|standing| standing.option).or_else(first)?, by))
    }

    /// Why an option is not even tried, after those before it.
    pub fn refuses(&mut self, option: &PoolOption, chosen: &[Chosen<'_>], before: &[Rejected<'_>]) -> Option<Reason> {
        let fallback = self.fallback()?;
        if let Some((stays, by)) = self.settled() {
            return (option.name.value != stays).then(|| {
                self.refused = Some(Refused::TooLate(by));
                Reason::new("too_late", format!("`decide_by` {} has passed: the pool stays with `{stays}`", by.value))
            });
        }
        let cause = |reason: &Reason| match reason.code {
            "capacity_error" => FallbackOn::CapacityError,
            _ => FallbackOn::PreflightFailed,
        };
        let short = chosen.iter().filter_map(|chosen| chosen.short.as_ref());
        let causes = before.iter().map(|rejected| &rejected.reason).chain(short);
        let cause =
            causes.filter(|reason| reason.code != "not_allowed").map(cause).find(|cause| !self.allows(*cause))?;
        self.refused = Some(Refused::NotAllowed(fallback, cause));
        Some(Reason::new("not_allowed", format!("`fallback.on` does not name `{}`", word(cause))))
    }

    /// Nodes that run and those that were asked for, where the cloud had its time and did not fill them. A node that is
    /// missing for a while is no shortage: nothing moves for it.
    fn shortage(&self, option: &PoolOption) -> Option<(u64, u64)> {
        let fallback = self.fallback()?;
        let allowed = fallback.on.iter().any(|at| at.value == FallbackOn::CapacityError);
        if !allowed || self.settled().is_some() {
            return None;
        }
        let standing = self.inputs.availability.standing(self.pool.address, option.name.value)?;
        let running = standing.running.filter(|running| *running < standing.asked)?;
        (standing.short || running == 0).then_some((running, standing.asked))
    }

    /// What an option can do that turned out short: a gang nothing, others what runs.
    pub fn short(&self, option: &PoolOption, mut attempt: Attempt) -> Result<Attempt, Refusal> {
        let Some((running, asked)) = self.shortage(option) else { return Ok(attempt) };
        let text = format!("{} of {} nodes run", group_thousands(running), group_thousands(asked));
        let reason = Reason::new("capacity_error", text);
        if self.pool.size.gang || running == 0 {
            return Err(Refusal { reason, cost: attempt.cost });
        }
        attempt.filled.keep(running, reason);
        Ok(attempt)
    }

    /// What is to be told of a pool that got another option than its own.
    pub fn fell_back(&self, chosen: &[Chosen<'_>], rejected: &[Rejected<'_>], slices: &[Slice]) -> Option<FallsBack> {
        let first = self.pool.options.first()?;
        let from = self.stands.map_or(first.name.value, |standing| standing.option);
        let of = |option: &PoolOption| option.name.value == from;
        if chosen.iter().any(|chosen| of(chosen.option) && chosen.short.is_none()) {
            return None;
        }
        let to = chosen.iter().map(|chosen| chosen.option).find(|option| !of(option))?;
        let left = rejected.iter().find(|rejected| of(rejected.option)).map(|rejected| &rejected.reason);
        let short = chosen.iter().find(|chosen| of(chosen.option)).and_then(|chosen| chosen.short.as_ref());
        let forced = left.filter(|reason| reason.code != "not_needed").or(short);
        let why = match forced {
            Some(reason) => reason.text.clone(),
            None if !self.pool.options.iter().any(of) => format!("option `{from}` left the file"),
            None => format!("`{}` comes first and can hold it now", to.name.value),
        };
        let name = |option: &PoolOption| {
            let cloud = self.inputs.intent.clouds.get(option.cloud.as_ref()?.value)?;
            Some(cloud.name.value)
        };
        let was = self.stands.map(|standing| standing.cloud).or_else(|| name(first));
        // an option that names no cloud gets one, or several
        let is = slices.iter().filter(|slice| slice.option == to.name.value);
        let is = is.filter_map(|slice| Some(self.inputs.intent.clouds.get(slice.cloud)?.name.value));
        let clouds = was.and_then(|was| Some((was, is.into_iter().find(|is| *is != was)?)));
        Some(FallsBack { from, to: to.name.value, why, clouds, is_chosen: forced.is_none() })
    }

    /// The error of a pool that is not placed, with what kept it from falling back.
    pub fn explain(&self, unplaced: Diagnostic) -> Diagnostic {
        let title = self.pool.title();
        let refused = match self.refused {
            None => return unplaced,
            Some(Refused::TooLate(by)) => {
                let message = format!("pool `{title}` can't fall back any more");
                let label = format!("this day has passed: the plan is for {}", self.inputs.as_of);
                Diagnostic::error(codes::T0410, self.pool.name.span, message)
                    .with_label(by.span, label)
                    .with_help("give it a later `decide_by`, or get more capacity for the option it stays with")
            }
            Some(Refused::NotAllowed(fallback, cause)) => {
                let at = fallback.on.first().map_or(fallback.span, |first| first.span);
                let message = format!("pool `{title}` does not fall back on `{}`", word(cause));
                Diagnostic::error(codes::T0411, self.pool.name.span, message)
                    .with_label(at, "this is what it falls back on")
                    .with_help(format!("add `\"{}\"` to `on`, or get more capacity for the first option", word(cause)))
            }
        };
        unplaced.secondary.into_iter().fold(refused, |refused, label| refused.with_label(label.span, label.text))
    }
}

const fn word(cause: FallbackOn) -> &'static str {
    match cause {
        FallbackOn::PreflightFailed => "preflight_failed",
        FallbackOn::CapacityError => "capacity_error",
    }
}
