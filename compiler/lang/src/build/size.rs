//! How much a pool asks for, and by what it must be joined.

use tonnage_base::{At, Diagnostic, Span, codes::lang as codes};

use crate::{
    context::Context,
    intent::{Fabric, Purpose, Size},
    read::Reader,
};

/// `size { … }`.
pub(super) fn size(pool: &Reader<'_>, purpose: Option<Purpose>, cx: &mut Context) -> Option<Size> {
    let Some(mut reader) = pool.nested("size") else { return cx.incomplete() };
    let span = reader.at;
    let gpus = reader.whole("gpus", cx);
    let nodes = reader.whole("nodes", cx);
    let vcpus = reader.whole("vcpus", cx);
    let replicas = reader.whole("replicas", cx);
    let gpus_per_replica = reader.whole("gpus_per_replica", cx);
    let said: Vec<(&str, Span)> = ["gpus", "nodes", "vcpus", "replicas"]
        .into_iter()
        .filter_map(|name| Some((name, reader.span(name)?)))
        .collect();
    match said.as_slice() {
        [] if purpose == Some(Purpose::Cpu) => {
            cx.push(
                Diagnostic::error(codes::T0227, span, "`size` has neither `vcpus` nor `nodes`")
                    .with_help("write how much: `vcpus = 4000`, or `nodes = 21`"),
            );
            cx.incomplete = true;
        }
        [] => {
            cx.push(
                Diagnostic::error(codes::T0227, span, "`size` has neither `gpus` nor `nodes` nor `replicas`")
                    .with_help("write how much: `gpus = 4096`, or `nodes = 512`"),
            );
            cx.incomplete = true;
        }
        [_] => {}
        [(first, at), (second, other), ..] => {
            cx.push(
                Diagnostic::error(codes::T0227, *other, format!("`size` has both `{first}` and `{second}`"))
                    .with_label(*at, format!("the {first}"))
                    .with_help("keep one: the compiler turns it into nodes and shows its rounding"),
            );
            cx.incomplete = true;
        }
    }
    let other_unit = match purpose {
        Some(Purpose::Cpu) => ["gpus", "replicas", "gpus_per_replica"].as_slice(),
        Some(_) => ["vcpus"].as_slice(),
        None => [].as_slice(),
    };
    if let Some((name, at)) = other_unit.iter().find_map(|name| Some((name, reader.span(name)?))) {
        let (of, help) = match purpose {
            Some(Purpose::Cpu) => ("CPUs", "write `vcpus = …` or `nodes = …`"),
            _ => ("GPUs", "write `gpus = …` or `nodes = …`; a pool of CPUs says `purpose = \"cpu\"`"),
        };
        cx.push(
            Diagnostic::error(codes::T0289, at, format!("a pool of {of} is not sized by `{name}`")).with_help(help),
        );
        cx.incomplete = true;
    }
    match (reader.span("replicas"), reader.span("gpus_per_replica")) {
        (Some(at), None) | (None, Some(at)) => {
            cx.push(
                Diagnostic::error(codes::T0227, at, "`replicas` and `gpus_per_replica` belong together")
                    .with_help("write both: 12 replicas of 8 GPUs each"),
            );
            cx.incomplete = true;
        }
        _ => {}
    }
    let spares = reader.percent("spares", cx);
    let gang = reader.bool("gang", cx);
    let min = reader.whole("min", cx);
    let max = reader.whole("max", cx);
    let managed_by = reader.word("managed_by", cx);
    let group_nodes = reader.whole32("group_nodes", cx);
    check_bounds(nodes, min, max, cx);
    if let Some(managed_by) = managed_by
        && (reader.span("min").is_none() || reader.span("max").is_none())
    {
        cx.push(
            Diagnostic::error(codes::T0229, managed_by.span, "an autoscaler needs to know its bounds")
                .with_help("write `min = …` and `max = …`, in nodes: motion between them is not drift"),
        );
        cx.incomplete = true;
    }
    Some(Size {
        vcpus,
        replicas,
        gpus_per_replica,
        gpus,
        nodes,
        spares,
        gang: gang.map_or(purpose == Some(Purpose::Training), |at| at.value),
        group_nodes,
        min,
        max,
        managed_by_autoscaler: managed_by.is_some(),
        span,
    })
}

fn check_bounds(nodes: Option<At<u64>>, min: Option<At<u64>>, max: Option<At<u64>>, cx: &mut Context) {
    let mut above = |low: Option<At<u64>>, low_name: &str, high: Option<At<u64>>, high_name: &str, at: Span| {
        if let (Some(low), Some(high)) = (low, high)
            && low.value > high.value
        {
            let other = if at == low.span { high.span } else { low.span };
            cx.push(
                Diagnostic::error(
                    codes::T0228,
                    at,
                    format!("`{low_name}` is {}, above `{high_name}`, which is {}", low.value, high.value),
                )
                .with_label(other, "")
                .with_help("`min` ≤ `nodes` ≤ `max`, all in nodes"),
            );
            cx.incomplete = true;
        }
    };
    if let Some(max) = max {
        above(min, "min", Some(max), "max", max.span);
    }
    if let Some(nodes) = nodes {
        above(min, "min", Some(nodes), "nodes", nodes.span);
        above(Some(nodes), "nodes", max, "max", nodes.span);
    }
}

/// `fabric { … }`; nothing is needed where it is absent.
pub(super) fn fabric(pool: &Reader<'_>, cx: &mut Context) -> Fabric {
    let Some(mut reader) = pool.nested("fabric") else { return Fabric::default() };
    Fabric {
        rdma: reader.word("kind", cx).is_some_and(|kind| kind.value == "rdma"),
        min_gbps_per_gpu: reader.bandwidth("min_gbps_per_gpu", cx),
        nvlink_domain_min: reader.whole("nvlink_domain_min", cx),
        span: Some(reader.at),
    }
}
