//! What is told about a pool beside its placement. Must not decide anything.

use std::collections::BTreeMap;

use tonnage_base::{At, Date, Diagnostic, codes::place as codes, quantity::group_thousands};
use tonnage_lang::intent::{Capacity, CapacityId, Pool};

use crate::{
    candidate::{self, Reason},
    decide::{Chosen, Rejected},
    placement::{Inputs, PlacedPool, Slice},
    sizing,
    window::{self, End, outlived},
    words::count,
};

/// A pool whose own window ends soon, or is over by the plan's day.
pub fn window_end(inputs: &Inputs<'_>, pool: &Pool, nodes: u64) -> Option<Diagnostic> {
    let (end, last) = window::end(pool, inputs.as_of)?;
    let (name, day, its) = (pool.title(), last.value, count(nodes, "node"));
    let (message, help) = match end {
        End::Near => (
            format!("the window of pool `{name}` ends on {day}: after that day its {its} are removed"),
            "give it a later `end` if it is to run on",
        ),
        End::Over => (
            format!("the window of pool `{name}` ended on {day}: nothing of it is asked for any more"),
            "remove the pool once it is gone, or give it a later `end`",
        ),
        End::Kept => (
            format!("the window of pool `{name}` ended on {day}, and it is protected: its {its} run on"),
            "give its `protect` block an `until` to let it go, or give it a later `end`",
        ),
    };
    let warning = Diagnostic::warning(codes::T0405, pool.name.span, message);
    Some(warning.with_label(last.span, format!("the plan is for {}", inputs.as_of)).with_help(help))
}

/// A pool that buys nothing but capacity that is over.
pub fn spent(pool: &Pool, capacity: &Capacity, last: At<Date>) -> Diagnostic {
    let (name, its, day) = (pool.title(), capacity.address, last.value);
    let message =
        format!("{its} ended on {day}, and pool `{name}` runs nowhere else: nothing of it is asked for any more");
    let warning = Diagnostic::warning(codes::T0414, pool.name.span, message).with_label(last.span, "it ended here");
    warning
        .with_help("add an option or another capacity, or remove the pool once it is gone; all else is planned as ever")
}

/// A pool that no option, or not all of them together, can hold.
pub fn unplaced(
    pool: &Pool,
    left: Option<u64>,
    placed: &PlacedPool,
    chosen: &[Chosen<'_>],
    rejected: &[Rejected<'_>],
) -> Diagnostic {
    let name = pool.title();
    let short = chosen.iter().filter_map(|chosen| chosen.short.as_ref());
    let reasons = short.chain(rejected.iter().map(|rejected| &rejected.reason));
    let mut error = match left {
        None => {
            let fits = match pool.options.as_slice() {
                [only] => format!("pool `{name}` does not fit its option `{}`", only.name.value),
                _ => format!("pool `{name}` fits none of its options"),
            };
            Diagnostic::error(codes::T0401, pool.name.span, fits)
                .with_help(ways_out("add an option, shrink the pool, or grant more capacity", reasons))
        }
        Some(left) => {
            let sizing = &placed.sizing;
            let each = sizing.units.checked_div(sizing.nodes).unwrap_or(1);
            let all = match &pool.split {
                // what the shares hold, and what none of them does
                Some(_) => sizing.units.saturating_add(left),
                None => sizing.units.saturating_add(sizing.spares.saturating_mul(each)),
            };
            let (left, all) = (group_thousands(left), count(all, pool.unit()));
            let text = format!("pool `{name}` is short by {left} of {all} after its last option");
            Diagnostic::error(codes::T0402, pool.name.span, text)
                .with_help(ways_out("add an option that holds the rest, or shrink the pool", reasons))
        }
    };
    // in the author's order
    for option in &pool.options {
        let of = |other: &tonnage_lang::intent::PoolOption| other.name.value == option.name.value;
        let taken = chosen.iter().find(|chosen| of(chosen.option)).map(|chosen| match &chosen.short {
            Some(short) => short.text.clone(),
            None => format!("holds {}", count(chosen.nodes, "node")),
        });
        let not = || rejected.iter().find(|rejected| of(rejected.option)).map(|rejected| rejected.reason.text.clone());
        if let Some(text) = taken.or_else(not) {
            error = error.with_label(option.name.span, format!("{}: {text}", option.name.value));
        }
    }
    error
}

/// What can be done about the reasons why options were not taken, each once, in the order of these.
fn ways_out<'a>(of_too_little: &'static str, reasons: impl Iterator<Item = &'a Reason>) -> String {
    let mut ways: Vec<&str> = Vec::new();
    for reason in reasons {
        let way = match reason.code {
            "lacks_accelerator" => "ask for an `accelerator` that the cloud has, or let the option name another cloud",
            "lacks_cpus" => "declare a shape of CPUs with a `shape` block",
            "lacks_fabric" => "ask for less in `fabric`, or let the option use another shape",
            "not_sold" => {
                "say in `buy` how it is sold (`spot = 1`, or the `capacity` it is granted by), or use another shape"
            }
            "not_offered" => "let the option name a cloud, region and zones where it is offered",
            "no_zone" => "name a zone of the region with `zones`",
            "no_subnet" => "give the network a subnet there, or let the option name a zone that has one",
            "data_elsewhere" => {
                "let the option name the region of the data, or say with `moves` that it is brought there"
            }
            "window" => "let the pool's `window` lie within that of the capacity, or let `buy` name another capacity",
            "quota_short" => "have the cloud raise the quota, or ask for fewer nodes",
            "capacity_error" => "wait until the cloud has filled it, or add an option to fall back to",
            "not_allowed" => "let `fallback.on` name what happened",
            "too_late" => "move `fallback.decide_by`",
            _ => of_too_little,
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    if ways.is_empty() { of_too_little.to_owned() } else { ways.join("; or ") }
}

/// Worth knowing of a pool that is placed: capacity that can be used only later or that ends before, `group_nodes` that
/// has no effect.
pub fn notes(inputs: &Inputs<'_>, pool: &Pool, slices: &[Slice]) -> Vec<Diagnostic> {
    let name = pool.title();
    let nodes = slices.iter().map(|slice| slice.nodes).sum();
    let mut notes: Vec<Diagnostic> = window_end(inputs, pool, nodes).into_iter().collect();
    let mut told: Vec<CapacityId> = Vec::new();
    for id in slices.iter().filter_map(|slice| slice.capacity) {
        if told.contains(&id) {
            continue;
        }
        told.push(id);
        let capacity = &inputs.intent.capacities[id];
        notes.extend(ends_before(pool, capacity, nodes_in(slices, id)));
        let Some(start) = candidate::starts_later(inputs, pool, capacity) else { continue };
        let its = capacity.name.value;
        let mut note = Diagnostic::note(
            codes::T0404,
            pool.name.span,
            format!("pool `{name}` can run only from {start}, when capacity.{its} starts"),
        );
        if let Some(at) = capacity.window.as_ref().and_then(|window| window.start) {
            note = note.with_label(at.span, format!("capacity.{its} starts here"));
        }
        notes.push(
            note.with_help("give the pool a `window` with this start, and an option that starts late is skipped"),
        );
    }
    let limit = pool.size.group_nodes.as_ref();
    let domain = slices.iter().find_map(|slice| {
        let shape = &inputs.intent.catalog.shapes[slice.shape];
        sizing::domain_group(shape).map(|nodes| (shape, nodes))
    });
    if let (Some(limit), Some((shape, nodes))) = (limit, domain)
        && u64::from(limit.value) != nodes
    {
        let each = match sizing::domain_nodes(shape) {
            Some(domain) if domain != nodes => format!("{} NVLink domains are", nodes / domain),
            _ => "each NVLink domain is".to_owned(),
        };
        let text = format!("`group_nodes` has no effect on {}: {each} a group of {nodes}", shape.name);
        notes.push(Diagnostic::warning(codes::T0406, limit.span, text).with_help("remove it"));
    }
    if let Some(limit) = limit {
        let shapes = slices.iter().map(|slice| &inputs.intent.catalog.shapes[slice.shape]);
        let too_small = |shape: &&tonnage_lang::intent::Shape| {
            sizing::domain_nodes(shape).is_none() && shape.group_nodes.is_some_and(|most| most < limit.value)
        };
        for shape in shapes.filter(too_small).map(|shape| (shape.name, shape)).collect::<BTreeMap<_, _>>().into_values()
        {
            let most = shape.group_nodes.unwrap_or_default();
            let text = format!("a group of {} holds at most {most} nodes together, not {}", shape.name, limit.value);
            let note = Diagnostic::note(codes::T0413, limit.span, text);
            notes.push(note.with_help(format!("groups of it have {most}; write `group_nodes = {most}` to say so")));
        }
    }
    notes
}

fn nodes_in(slices: &[Slice], id: CapacityId) -> u64 {
    slices.iter().filter(|slice| slice.capacity == Some(id)).map(|slice| slice.nodes).sum()
}

/// A pool that says no end, in a capacity that has one.
fn ends_before(pool: &Pool, capacity: &Capacity, nodes: u64) -> Option<Diagnostic> {
    let end = outlived(pool, capacity)?;
    let (name, its) = (pool.title(), capacity.name.value);
    let message = format!(
        "capacity.{its} ends on {}, and pool `{name}` says no end: {} lose their place then",
        end.value,
        count(nodes, "node")
    );
    let way_out = format!("give the pool a `window` that ends by then, or take it out of capacity.{its} before");
    let warning = Diagnostic::warning(codes::T0412, pool.name.span, message);
    Some(warning.with_label(end.span, "it ends here").with_help(way_out))
}

/// A pool that would be cut into absurdly many groups.
pub fn too_many_groups(pool: &Pool, groups: u64, most: u64) -> Diagnostic {
    let (groups, most) = (count(groups, "group"), group_thousands(most));
    let text = format!("pool `{}` would be cut into {groups}; {most} is the most", pool.title());
    match &pool.size.group_nodes {
        Some(limit) => Diagnostic::error(codes::T0403, limit.span, text)
            .with_label(pool.size.span, "for a pool of this size")
            .with_help("let a group be larger, or ask for less"),
        None => Diagnostic::error(codes::T0403, pool.size.span, text).with_help("ask for less, or split the pool"),
    }
}
