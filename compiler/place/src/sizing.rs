//! GPUs to nodes, nodes to NVLink domains, domains to groups; every rounding is said. Must not know where anything goes.

use tonnage_base::{Decimal, Symbol, quantity::group_thousands};
use tonnage_lang::intent::{Shape, Size};

use crate::placement::{Group, Sizing};

/// Nodes that make one NVLink domain, where a domain spans nodes.
pub fn domain_nodes(shape: &Shape) -> Option<u64> {
    let domain = shape.nvlink_domain_gpus?;
    (shape.accelerators > 0 && domain > shape.accelerators && domain % shape.accelerators == 0)
        .then(|| u64::from(domain / shape.accelerators))
}

/// Sizes a demand of `gpus` (or `nodes`) for a shape: whole nodes, spares, whole domains.
pub fn size(size: &Size, shape: &Shape) -> Sizing {
    let each = u64::from(shape.accelerators.max(1));
    let mut steps = Vec::new();
    let gpus_asked = match (&size.gpus, &size.nodes) {
        (Some(gpus), _) => gpus.value,
        (None, Some(nodes)) => nodes.value.saturating_mul(each),
        (None, None) => 0,
    };
    let mut nodes = match (&size.gpus, &size.nodes) {
        (None, Some(nodes)) => {
            steps.push(format!(
                "{} nodes × {each} = {} GPUs",
                group_thousands(nodes.value),
                group_thousands(gpus_asked)
            ));
            nodes.value
        }
        _ => {
            let nodes = gpus_asked.div_ceil(each);
            steps.push(quotient(gpus_asked, "GPUs", each, nodes, "nodes"));
            nodes
        }
    };
    let mut spares = 0;
    if let Some(share) = &size.spares {
        let exact = Decimal::from(nodes).checked_mul(share.value).unwrap_or(Decimal::MAX);
        spares = u64::try_from(exact.ceil()).unwrap_or(u64::MAX);
        let percent = (share.value * Decimal::ONE_HUNDRED).normalize();
        let rounded = if exact.fract().is_zero() { "" } else { ", rounded up" };
        steps.push(format!(
            "{percent} % of {} = {}{rounded}: {} spares",
            group_thousands(nodes),
            exact.normalize(),
            group_thousands(spares)
        ));
    }
    if let Some(per_domain) = domain_nodes(shape) {
        let wanted = nodes.saturating_add(spares);
        let domains = wanted.div_ceil(per_domain);
        let domain_gpus = shape.nvlink_domain_gpus.unwrap_or(0);
        let whole = domains.saturating_mul(per_domain);
        steps.push(format!(
            "{} NVLink domains of {domain_gpus} GPUs ({per_domain} nodes) = {} nodes, {} GPUs",
            group_thousands(domains),
            group_thousands(whole),
            group_thousands(whole.saturating_mul(each))
        ));
        // what rounding adds runs too: it is spare where spares were asked for
        if spares > 0 {
            spares = whole.saturating_sub(nodes);
        } else {
            nodes = whole;
        }
    }
    Sizing { gpus_asked, gpus: nodes.saturating_mul(each), nodes, spares, steps }
}

fn quotient(from: u64, what: &str, by: u64, to: u64, unit: &str) -> String {
    if by > 0 && from % by == 0 {
        return format!("{} {what} ÷ {by} = {} {unit}", group_thousands(from), group_thousands(to));
    }
    let exact = (Decimal::from(from) / Decimal::from(by.max(1))).round_dp(2).normalize();
    format!("{} {what} ÷ {by} = {exact}, rounded up to {} {unit}", group_thousands(from), group_thousands(to))
}

/// Splits a slice's nodes into groups: one for each NVLink domain, or of at most `limit` nodes, or one.
///
/// Keys count from `001`; a group keeps its key when others are added.
pub fn groups(nodes: u64, shape: &Shape, limit: Option<u32>) -> Vec<Group> {
    let of = domain_nodes(shape).or(limit.map(u64::from)).unwrap_or(nodes).max(1);
    let count = nodes.div_ceil(of);
    (0..count)
        .map(|position| Group {
            key: Symbol::new(&format!("{:03}", position + 1)),
            nodes: u32::try_from(of.min(nodes - position * of)).unwrap_or(u32::MAX),
        })
        .collect()
}
