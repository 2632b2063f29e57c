//! How the bounds of an autoscaled pool are shared among groups.

use tonnage_base::{At, FileId, Market, Span, Symbol};
use tonnage_lang::intent::{CloudId, ShapeId, Size};
use tonnage_place::placement::{Group, Slice};

use crate::size::bounds;

fn slice(market: Market, groups: &[u32]) -> Slice {
    let s = Symbol::new("x");
    Slice {
        option: s,
        key: s,
        cloud: CloudId(0),
        region: s,
        zone: s,
        shape: ShapeId(0),
        market,
        capacity: None,
        reservation: None,
        max_price: None,
        nodes: groups.iter().map(|n| u64::from(*n)).sum(),
        groups: groups.iter().map(|&nodes| Group { key: s, nodes }).collect(),
        price: None,
        network: 0,
        size_span: Span::new(FileId(0), 0, 0),
    }
}

fn size(min: u64, max: u64, autoscaled: bool) -> Size {
    let at = |value| At::new(value, Span::new(FileId(0), 0, 0));
    Size {
        vcpus: None,
        replicas: None,
        gpus_per_replica: None,
        gpus: None,
        nodes: Some(at(12)),
        spares: None,
        gang: false,
        group_nodes: None,
        min: Some(at(min)),
        max: Some(at(max)),
        managed_by_autoscaler: autoscaled,
        span: Span::new(FileId(0), 0, 0),
    }
}

fn shared(min: u64, max: u64, slices: &[Slice]) -> Vec<(u64, u64)> {
    bounds(&size(min, max, true), slices).into_iter().flatten().map(|b| (b.min, b.max)).collect()
}

#[test]
fn reserved_nodes_are_the_floor_and_spot_takes_the_rest() {
    let slices = [slice(Market::Reserved, &[8]), slice(Market::Spot, &[4])];
    assert_eq!(shared(8, 24, &slices), [(8, 8), (0, 16)]);
    assert_eq!(shared(10, 24, &slices), [(8, 8), (2, 16)]);
}

#[test]
fn shares_add_up_whatever_the_rounding() {
    let slices = [slice(Market::OnDemand, &[5, 5]), slice(Market::Spot, &[1])];
    let parts = shared(0, 20, &slices);
    assert_eq!(parts.iter().map(|(_, max)| max).sum::<u64>(), 20);
    assert_eq!(parts, [(0, 9), (0, 9), (0, 2)]);
}

#[test]
fn a_pool_nobody_scales_is_as_large_as_placed() {
    let found = bounds(&size(1, 99, false), &[slice(Market::OnDemand, &[64, 11])]);
    assert_eq!(found.concat().iter().map(|b| (b.min, b.max)).collect::<Vec<_>>(), [(64, 64), (11, 11)]);
}

#[test]
fn nothing_placed_divides_by_nothing() {
    assert_eq!(shared(1, 2, &[slice(Market::Spot, &[])]), []);
    assert_eq!(shared(1, 2, &[slice(Market::Spot, &[0])]), [(0, 0)]);
}
