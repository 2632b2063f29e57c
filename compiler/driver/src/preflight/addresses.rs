//! Whether each subnet has addresses for the interfaces of the nodes that are to run in it. Must not know any type:
//! which property is a range, and which an interface, is the standard library's.

use std::collections::BTreeMap;

use tonnage_base::{Range, Symbol};
use tonnage_graph::{Node, Resource, ResourceGraph, ValueId, Values};
use tonnage_plan::{Check, Evidence};
use tonnage_schema::{Condition, Pattern};

use super::{Planned, Start, starting};
use crate::tables;

/// Where addresses come from.
#[derive(Debug)]
pub(super) struct Subnets {
    pub kind: Symbol,
    pub range: Pattern,
    /// The name of one among several.
    pub name: Option<Pattern>,
    pub reserved: u64,
    pub source: String,
}

/// What takes addresses.
#[derive(Debug)]
pub(super) struct Interfaces {
    pub kind: Symbol,
    /// From the body to the list, through resources that are referred to.
    pub list: Vec<Pattern>,
    pub except: Option<Condition>,
    pub subnet: Pattern,
    /// The subnet is said by the interface, not by the group.
    pub on_interface: bool,
}

pub(super) fn subnets() -> Vec<Subnets> {
    let row = |row: &csv::StringRecord| {
        Some(Subnets {
            kind: Symbol::new(row.get(1)?),
            range: tables::pattern(row.get(2))?,
            name: tables::pattern(row.get(3)),
            reserved: row.get(4)?.parse().ok()?,
            source: row.get(5)?.to_owned(),
        })
    };
    tables::rows(tonnage_stdlib::subnets_csv().text).iter().filter_map(row).collect()
}

pub(super) fn interfaces() -> Vec<Interfaces> {
    let row = |row: &csv::StringRecord| {
        let subnet = row.get(4)?;
        Some(Interfaces {
            kind: Symbol::new(row.get(1)?),
            list: row.get(2)?.split('>').map(Pattern::parse).collect(),
            except: tables::condition(row.get(3)),
            subnet: Pattern::parse(subnet.trim_start_matches("./")),
            on_interface: subnet.starts_with("./"),
        })
    };
    tables::rows(tonnage_stdlib::interfaces_csv().text).iter().filter_map(row).collect()
}

/// A subnet, as what takes addresses refers to it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// A resource of the plan, and what of it.
    Ours(Symbol, String),
    /// An identifier of something that the plan does not hold.
    Foreign(String),
}

/// What is taken of a subnet.
#[derive(Default)]
struct Taken {
    addresses: u64,
    /// What one node of each group takes, where it is in no other subnet.
    each: BTreeMap<Symbol, u64>,
    /// A group that does not say how many nodes it brings up.
    unknown: Option<Symbol>,
}

/// A row for each subnet that needs more addresses than it gives now.
pub fn rows(planned: &Planned<'_>, starts: &[Start<'_>]) -> Vec<Evidence> {
    let (subnets, interfaces) = (subnets(), interfaces());
    let count = |graph: &ResourceGraph| {
        let mut taken: BTreeMap<Named, Taken> = BTreeMap::new();
        for (_, resource) in graph.iter() {
            for rule in interfaces.iter().filter(|rule| rule.kind == resource.kind) {
                rule.take(&planned.plan.values, graph, resource, &mut taken);
            }
        }
        taken
    };
    let (before, after) = (count(planned.live), count(planned.desired));
    let grows = |(subnet, taken): &(&Named, &Taken)| {
        let now = before.get(subnet).map_or(0, |now| now.addresses);
        taken.addresses > now || (taken.unknown.is_some() && !before.contains_key(subnet))
    };
    let judge = |(subnet, taken): (&Named, &Taken)| {
        let of_groups = starts.iter().filter_map(|start| Some((start, *taken.each.get(&Symbol::new(start.address))?)));
        judge(planned, &subnets, subnet, taken).starting(&starting(of_groups))
    };
    after.iter().filter(grows).map(judge).collect()
}

impl Interfaces {
    /// Counts what the nodes of a group take.
    fn take(&self, values: &Values, graph: &ResourceGraph, group: &Resource, taken: &mut BTreeMap<Named, Taken>) {
        let nodes = group.holds.filter(|holds| !holds.reserves_only).map(|holds| u64::from(holds.nodes));
        let of_group = || tables::all(values, group.body, &self.subnet);
        let mut add = |subnets: &[ValueId]| {
            for named in subnets.iter().filter_map(|id| named(values, *id)) {
                let row = taken.entry(named).or_default();
                match nodes {
                    // nodes are spread over the subnets evenly
                    Some(nodes) => {
                        row.addresses += nodes.div_ceil(subnets.len() as u64);
                        if subnets.len() == 1 {
                            *row.each.entry(group.address).or_default() += 1;
                        }
                    }
                    None => row.unknown = Some(group.address),
                }
            }
        };
        let listed = self.listed(values, graph, group.body);
        if listed.is_empty() && !self.on_interface {
            add(&of_group());
        }
        let excepted = |id: ValueId| self.except.as_ref().is_some_and(|except| tables::holds(except, values, id));
        for interface in listed.into_iter().filter(|id| !excepted(*id)) {
            match self.on_interface {
                true => add(&tables::all(values, interface, &self.subnet)),
                false => add(&of_group()),
            }
        }
    }

    /// The interfaces of a node.
    fn listed(&self, values: &Values, graph: &ResourceGraph, body: ValueId) -> Vec<ValueId> {
        let mut at = vec![body];
        for (step, place) in self.list.iter().enumerate() {
            if step > 0 {
                let bodies = at.iter().filter_map(|id| match values.node(*id) {
                    Node::Reference(to) => graph.find(to.address).and_then(|id| graph.get(id)),
                    _ => None,
                });
                at = bodies.map(|resource| resource.body).collect();
            }
            at = at.iter().flat_map(|id| tables::all(values, *id, place)).collect();
        }
        at
    }
}

/// What a value names: a resource by reference, one thing inside it by text that follows the reference, or an
/// identifier.
fn named(values: &Values, id: ValueId) -> Option<Named> {
    match values.node(id) {
        Node::Reference(to) => Some(Named::Ours(to.address, String::new())),
        Node::String(text) => Some(Named::Foreign(text.as_str().to_owned())),
        Node::Join(_) => match values.items(id) {
            [first, rest @ ..] => match values.node(*first) {
                Node::Reference(to) => {
                    let inside: String = rest.iter().filter_map(|id| values.scalar(*id)).collect();
                    Some(Named::Ours(to.address, inside.rsplit('/').next().unwrap_or_default().to_owned()))
                }
                _ => None,
            },
            [] => None,
        },
        _ => None,
    }
}

fn judge(planned: &Planned<'_>, subnets: &[Subnets], subnet: &Named, taken: &Taken) -> Evidence {
    let unknown = |subject: String, why: String| Evidence::unknown(Check::Addresses, subject, why, String::new());
    let (address, inside) = match subnet {
        Named::Ours(address, inside) => (*address, inside),
        Named::Foreign(id) => {
            return unknown(id.clone(), "how many addresses are free in a subnet that is not of this fleet".to_owned());
        }
    };
    let subject = if inside.is_empty() { address.to_string() } else { format!("{address} {inside}") };
    if let Some(group) = taken.unknown {
        return unknown(subject, format!("{group} does not say how many nodes it brings up"));
    }
    let resource = planned.desired.find(address).and_then(|id| planned.desired.get(id));
    let found = resource.and_then(|resource| {
        let rule = subnets.iter().find(|rule| rule.kind == resource.kind)?;
        Some((rule, rule.size(&planned.plan.values, resource.body, inside)?))
    });
    match found {
        Some((rule, size)) => {
            let free = size.saturating_sub(rule.reserved);
            let source = format!("{} of the cloud's own ({})", rule.reserved, rule.source);
            Evidence::judged(Check::Addresses, subject, taken.addresses, free, "address", source)
        }
        None => unknown(subject, "its range is not written out".to_owned()),
    }
}

impl Subnets {
    /// How many addresses a range has; none where it is not written out.
    fn size(&self, values: &Values, body: ValueId, inside: &str) -> Option<u64> {
        let ranges = tables::all(values, body, &self.range);
        let position = match &self.name {
            Some(name) => {
                let names = tables::all(values, body, name);
                names.iter().position(|id| values.scalar(*id).is_some_and(|name| name == inside))?
            }
            None => 0,
        };
        Some(Range::parse(values.scalar(*ranges.get(position)?)?)?.size())
    }
}
