//! Spot nodes: that they can be had says nothing of how long they stay. Said once for each pool and cloud. Must not
//! know any cloud.

use std::collections::BTreeMap;

use tonnage_base::{Market, Symbol, quantity::group_thousands};
use tonnage_plan::{Check, Evidence};

use super::{Planned, Start};
use crate::{money, tables};

/// A row for each pool of which spot nodes start, in each cloud that says how it takes them away.
pub fn rows(planned: &Planned<'_>, starts: &[Start<'_>]) -> Vec<Evidence> {
    let mut nodes: BTreeMap<(Symbol, Symbol), u64> = BTreeMap::new();
    for start in starts.iter().filter(|start| start.holds.market == Market::Spot) {
        let Some(provider) = planned.provider(start.site) else { continue };
        let owner = Symbol::new(money::owner(start.address));
        *nodes.entry((owner, provider)).or_default() += u64::from(start.holds.nodes);
    }
    if nodes.is_empty() {
        return Vec::new();
    }
    let table = tables::rows(tonnage_stdlib::spot_csv().text);
    let row = |((owner, provider), nodes): ((Symbol, Symbol), u64)| {
        let row = table.iter().find(|row| row.get(0) == Some(provider.as_str()))?;
        let (notice, source) = (row.get(1)?, row.get(2)?);
        let nodes = if nodes == 1 { "1 node".to_owned() } else { format!("{} nodes", group_thousands(nodes)) };
        let why = format!("any of {nodes} may go at {notice} notice");
        Some(Evidence::unknown(Check::Spot, owner.to_string(), why, source.to_owned()))
    };
    nodes.into_iter().filter_map(row).collect()
}
