//! Granted capacity in version 1, both ways. Must not lose anything.

use serde::{Deserialize, Serialize};
use tonnage_base::Symbol;

use super::{Site, read, write};
use crate::money;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Granted {
    block: String,
    #[serde(default, skip_serializing_if = "super::is_false")]
    own: bool,
    sources: Vec<String>,
    site: Site,
    zone: String,
    shape: String,
    nodes: u64,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    gone: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contract: Option<String>,
    said: String,
}

pub(super) fn write(of: &money::Granted) -> Granted {
    Granted {
        block: of.block.to_string(),
        own: of.own,
        sources: of.sources.iter().map(Symbol::to_string).collect(),
        site: write::site(of.site),
        zone: of.zone.to_string(),
        shape: of.shape.to_string(),
        nodes: of.nodes,
        gone: of.gone,
        from: of.from.map(|day| day.to_string()),
        until: of.until.map(|day| day.to_string()),
        contract: of.contract.map(|contract| contract.to_string()),
        said: of.said.to_string(),
    }
}

pub(super) fn read(of: &Granted) -> Result<money::Granted, String> {
    Ok(money::Granted {
        block: Symbol::new(&of.block),
        own: of.own,
        sources: of.sources.iter().map(|source| Symbol::new(source)).collect(),
        site: read::site(&of.site),
        zone: Symbol::new(&of.zone),
        shape: Symbol::new(&of.shape),
        nodes: of.nodes,
        gone: of.gone,
        from: of.from.as_deref().map(read::date).transpose()?,
        until: of.until.as_deref().map(read::date).transpose()?,
        contract: of.contract.as_deref().map(Symbol::new),
        said: read::date(&of.said)?,
    })
}
