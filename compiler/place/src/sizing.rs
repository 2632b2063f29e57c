//! GPUs to nodes, nodes to NVLink domains, domains to groups; every rounding is said. Must not know where anything
//! goes.

use tonnage_base::{
    Decimal, Symbol,
    quantity::{group_decimal, group_thousands},
};
use tonnage_lang::intent::{Shape, Size};

use crate::{
    placement::{Group, Sizing},
    words::{count, inexact},
};

/// Nodes that make one NVLink domain, where a domain spans nodes.
pub fn domain_nodes(shape: &Shape) -> Option<u64> {
    let domain = shape.nvlink_domain_gpus?;
    (shape.accelerators > 0 && domain > shape.accelerators && domain.is_multiple_of(shape.accelerators))
        .then(|| u64::from(domain / shape.accelerators))
}

/// Nodes that hold so many GPUs or CPUs, in whole NVLink domains.
pub fn nodes_for(units: u64, shape: &Shape) -> u64 {
    let domain = domain_nodes(shape).unwrap_or(1);
    units.div_ceil(shape.units()).div_ceil(domain).saturating_mul(domain)
}

/// Sizes a demand of `gpus` (or `vcpus`, or `nodes`) for a shape: whole nodes, spares, whole domains.
pub fn size(size: &Size, shape: &Shape) -> Sizing {
    let each = shape.units();
    let mut steps = Vec::new();
    let (asked, mut nodes) = match (size.units(), &size.nodes) {
        (Some(units), _) => {
            let nodes = units.value.div_ceil(each);
            let of = count(units.value, shape.unit());
            steps.push(if units.value.is_multiple_of(each) {
                format!("{of} ÷ {each} = {}", count(nodes, "node"))
            } else {
                format!("{of} ÷ {each} = {}, rounded up: {}", inexact(units.value, each), count(nodes, "node"))
            });
            (units.value, nodes)
        }
        (None, Some(nodes)) => {
            let units = nodes.value.saturating_mul(each);
            steps.push(format!("{} × {each} = {}", count(nodes.value, "node"), count(units, shape.unit())));
            (units, nodes.value)
        }
        (None, None) => replicas(size, each, &mut steps),
    };
    let mut spares = 0;
    if let Some(share) = &size.spares {
        let exact = Decimal::from(nodes).checked_mul(share.value).unwrap_or(Decimal::MAX);
        spares = u64::try_from(exact.ceil()).unwrap_or(u64::MAX);
        let percent = share.value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share.value).normalize();
        let of = format!("{percent} % of {}", group_thousands(nodes));
        steps.push(if exact.fract().is_zero() {
            format!("{of} = {}", count(spares, "spare"))
        } else {
            format!("{of} = {}, rounded up: {}", group_decimal(exact.normalize()), count(spares, "spare"))
        });
    }
    if let Some(per_domain) = domain_nodes(shape) {
        let (whole, step) = whole_domains(nodes, spares, per_domain, each);
        steps.push(step);
        // what rounding adds runs too: it is spare where spares were asked for
        if spares > 0 {
            spares = whole.saturating_sub(nodes);
        } else {
            nodes = whole;
        }
    }
    Sizing { asked, units: nodes.saturating_mul(each), nodes, spares, steps }
}

/// Replicas packed into nodes: one that fits into a node never spans two, one that does not takes whole nodes.
fn replicas(size: &Size, each: u64, steps: &mut Vec<String>) -> (u64, u64) {
    let (Some(replicas), Some(gpus)) = (&size.replicas, &size.gpus_per_replica) else { return (0, 0) };
    let of = format!("{} × {}", count(replicas.value, "replica"), count(gpus.value, "GPU"));
    let asked = replicas.value.saturating_mul(gpus.value);
    match each.checked_div(gpus.value).unwrap_or(0) {
        0 => {
            let nodes = gpus.value.div_ceil(each);
            let all = replicas.value.saturating_mul(nodes);
            steps.push(format!("{of}, each on {} of {each} = {}", count(nodes, "node"), count(all, "node")));
            (asked, all)
        }
        per_node => {
            let nodes = replicas.value.div_ceil(per_node);
            steps.push(format!("{of}, {per_node} on a node of {each} = {}", count(nodes, "node")));
            (asked, nodes)
        }
    }
}

/// That a pool asks for nothing, in words: a ramp before its first day.
pub fn nothing(size: &Size) -> Option<&'static str> {
    match (size.units(), &size.nodes) {
        (Some(units), _) if units.value == 0 => Some(if size.vcpus.is_some() { "0 vCPUs" } else { "0 GPUs" }),
        (None, Some(nodes)) if nodes.value == 0 => Some("0 nodes"),
        _ => None,
    }
}

/// `57 domains` from the nodes wanted, in the words: `1,024 nodes ÷ 18 = 56.9, rounded up: 57 NVLink domains of …`.
fn whole_domains(nodes: u64, spares: u64, per_domain: u64, each: u64) -> (u64, String) {
    let wanted = nodes.saturating_add(spares);
    let domains = wanted.div_ceil(per_domain);
    let whole = domains.saturating_mul(per_domain);
    let sum = match spares {
        0 => count(wanted, "node"),
        _ => format!("{} + {}", count(nodes, "node"), count(spares, "spare")),
    };
    let of = format!("{} of {} GPUs", count(domains, "NVLink domain"), per_domain.saturating_mul(each));
    let step = if wanted.is_multiple_of(per_domain) {
        format!("{sum} ÷ {per_domain} = {of}")
    } else {
        let all = format!("{}, {}", count(whole, "node"), count(whole.saturating_mul(each), "GPU"));
        format!("{sum} ÷ {per_domain} = {}, rounded up: {of} = {all}", inexact(wanted, per_domain))
    };
    (whole, step)
}

/// Nodes of one NVLink domain, or of as many whole ones as a group of the shape's cloud holds together.
pub fn domain_group(shape: &Shape) -> Option<u64> {
    let domain = domain_nodes(shape)?;
    let together = shape.group_nodes.map_or(1, |most| (u64::from(most) / domain).max(1));
    Some(domain * together)
}

/// Nodes in one group: whole NVLink domains, or at most `limit` and what the shape's cloud holds together, or all.
fn group_size(nodes: u64, shape: &Shape, limit: Option<u32>) -> u64 {
    let limit = limit.into_iter().chain(shape.group_nodes).min().map(u64::from);
    domain_group(shape).or(limit).unwrap_or(nodes).clamp(1, u64::from(u32::MAX))
}

/// How many groups [`groups`] would make.
pub fn group_count(nodes: u64, shape: &Shape, limit: Option<u32>) -> u64 {
    nodes.div_ceil(group_size(nodes, shape, limit))
}

/// Splits a slice's nodes into groups: of whole NVLink domains, or of at most `limit` nodes, or one.
///
/// Keys count from `001`; a group keeps its key when others are added, and only the last one is not full.
pub fn groups(nodes: u64, shape: &Shape, limit: Option<u32>) -> Vec<Group> {
    let of = group_size(nodes, shape, limit);
    (0..nodes.div_ceil(of))
        .map(|position| Group {
            key: Symbol::new(&format!("{:03}", position + 1)),
            nodes: u32::try_from(of.min(nodes - position * of)).unwrap_or(u32::MAX),
        })
        .collect()
}
