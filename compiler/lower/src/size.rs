//! The bounds between which an autoscaler moves each group of a pool. Must not know what a group becomes in a cloud.
//!
//! The file gives bounds for the whole pool, a cloud wants them for each group. What is paid for anyway is used first:
//! groups are filled up to the lower bound in the order of their slices (reserved capacity comes first), and a group on
//! reserved capacity never grows beyond it: the rest of the upper bound is shared by the others in proportion to their
//! nodes, exactly, by rounding the running total.

use tonnage_base::Market;
use tonnage_lang::intent::Size;
use tonnage_place::placement::Slice;

/// Bounds of one group, in nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// At least.
    pub min: u64,
    /// At most.
    pub max: u64,
}

/// Bounds of every group of every slice, in their order. Without an autoscaler a group is as large as placed.
pub fn bounds(size: &Size, slices: &[Slice]) -> Vec<Vec<Bounds>> {
    if !size.managed_by_autoscaler {
        let fixed = |slice: &Slice| {
            slice.groups.iter().map(|g| Bounds { min: g.nodes.into(), max: g.nodes.into() }).collect::<Vec<_>>()
        };
        return slices.iter().map(fixed).collect();
    }
    let placed = |reserved: bool| -> u64 {
        let of = slices.iter().filter(|s| (s.market == Market::Reserved) == reserved);
        of.flat_map(|s| &s.groups).map(|g| u64::from(g.nodes)).sum()
    };
    let (reserved, elastic) = (placed(true), placed(false));
    let total = reserved.saturating_add(elastic);
    let mut floor = size.min.map_or(0, |at| at.value);
    let room = size.max.map_or(total, |at| at.value).saturating_sub(reserved);
    let mut ceiling = size.max.map_or(total, |at| at.value);
    let (mut nodes_before, mut room_before) = (0u64, 0u64);
    let mut out = Vec::with_capacity(slices.len());
    for slice in slices {
        let mut groups = Vec::with_capacity(slice.groups.len());
        for group in &slice.groups {
            let nodes = u64::from(group.nodes);
            let max = if slice.market == Market::Reserved {
                nodes.min(ceiling)
            } else {
                nodes_before = nodes_before.saturating_add(nodes);
                let room_now = share(room, nodes_before, elastic);
                let grown = room_now.saturating_sub(room_before);
                room_before = room_now;
                grown
            };
            ceiling = ceiling.saturating_sub(max);
            let min = floor.min(max);
            floor = floor.saturating_sub(min);
            groups.push(Bounds { min, max });
        }
        out.push(groups);
    }
    out
}

/// `room × part ÷ whole`, rounded half up.
fn share(room: u64, part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    let exact = u128::from(room) * u128::from(part) * 2 + u128::from(whole);
    u64::try_from(exact / (u128::from(whole) * 2)).unwrap_or(u64::MAX)
}
