//! Meta-arguments read from values: `holds` and `depends_on`. Must not know native types.

use tonnage_base::{Market, Symbol};
use tonnage_graph::Holds;
use tonnage_lang::{Namespace, Value};

use crate::names::{FAMILY, RESOURCE};

/// `{ shape, nodes, market, zone, reserves_only }`; the error says what is wrong with it.
pub fn holds(value: &Value) -> Result<Holds, String> {
    let Value::Map(map) = value else { return Err(format!("`holds` is {}, not an object", value.type_name())) };
    const KNOWN: [&str; 5] = ["shape", "nodes", "market", "zone", "reserves_only"];
    if let Some(other) = map.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("`holds` has no `{other}`"));
    }
    let get = |name: &str| map.get(&Symbol::new(name)).unwrap_or(&Value::Null);
    let text = |name: &str| get(name).as_key().map_err(|_| format!("`holds.{name}` must be a text that is known"));
    let nodes = get("nodes").as_whole().ok().and_then(|nodes| u32::try_from(nodes).ok());
    let market = text("market")?;
    let zone = match get("zone") {
        Value::Null => None,
        _ => Some(text("zone")?),
    };
    let reserves_only = match get("reserves_only") {
        Value::Null => false,
        other => other.as_bool().map_err(|_| "`holds.reserves_only` must be true or false".to_owned())?,
    };
    Ok(Holds {
        shape: text("shape")?,
        nodes: nodes.ok_or("`holds.nodes` must be a whole number of nodes, known now")?,
        market: Market::parse(market.as_str())
            .ok_or_else(|| format!("`holds.market` is `reserved`, `on_demand` or `spot`, not `{market}`"))?,
        zone,
        reserves_only,
    })
}

/// The addresses that `depends_on` names. A resource with `for_each` named without a key stands for all of them.
pub fn depends_on(value: &Value, families: Option<&dyn Namespace>) -> Result<Vec<Symbol>, String> {
    let mut found = Vec::new();
    let mut rest = vec![value.clone()];
    while let Some(value) = rest.pop() {
        match &value {
            Value::List(items) => rest.extend(items.iter().rev().cloned()),
            Value::Reference { address, .. } => found.push(*address),
            Value::Object(thing) => match thing.declared() {
                Some((kind, address)) if kind == RESOURCE => found.push(address),
                Some((kind, name)) if kind == FAMILY => {
                    let Some(Value::Object(members)) = families.and_then(|families| families.get(name)) else {
                        continue;
                    };
                    let member = |key: Symbol| members.index(&Value::string(key.as_str()));
                    rest.extend(members.names().into_iter().rev().filter_map(member));
                }
                _ => return Err(format!("{} is not a resource", thing.describe())),
            },
            Value::Null => {}
            other => return Err(format!("`depends_on` takes resources; this is {}", other.type_name())),
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    found.retain(|address| seen.insert(*address));
    Ok(found)
}
