//! A cloud in memory that holds what plans say, and the checks that tests share.

mod cut;
mod decide;
mod effects;
mod handover;
mod moved;
mod order;
mod stand;

use std::{collections::BTreeMap, sync::Arc};

use tonnage_base::{Date, Diagnostic, FileId, Market, Span, Symbol};
use tonnage_graph::{Disposal, Holds, Lifecycle, Live, ReplaceOrder, Resource, ResourceGraph, Site, Values};
use tonnage_schema::{Effects, Schemas};

use crate::change::Action;
use crate::emit::{Emitter, Limits, Problem, SecretRules};
use crate::inputs::{Condition, Inputs, LiveUnitFacts, Moved, Narrow, Rekeyed};
use crate::model::{Giver, Plan, Unit, UnitOperation};

const SCHEMAS: &str = r#"{"types":{
"T::Group":{"co":["Name"],"cco":["Template"],"defs":{"Tag":{"p":{"Key":"s","Value":"s","Spread":"b"},"r":["Key","Value"]}},"p":{"Name":"s","Size":"i","Subnets":{"a":"s","u":true},"Tags":{"a":{"d":"Tag"}},"Template":"s","Order":{"a":"s"},"Deep":{"p":{"A":"s","B":"s"}}},"tag":"Tags"},
"T::Net":{"co":["Cidr"],"ro":["NetId"],"wo":["Secret"],"p":{"Cidr":"s","Name":"s","NetId":"s","Secret":"s"}},
"T::Subnet":{"co":["Net","Cidr"],"p":{"Net":"s","Cidr":"s","Note":"s"}},
"T::Template":{"mv":["Version"],"ro":["Version","Id"],"p":{"Data":"s","Version":"s","Id":"s"}},
"T::Nodes":{"co":["Kind"],"cco":["Template","Zone"],"p":{"Kind":"s","Template":"s","Zone":"s","Size":"i","Note":"s","Policy":"s","Strange":"s"}},
"T::Named":{"co":["Path"],"id":["Name"],"p":{"Name":"s","Path":"s","Other":"s"}},
"T::Land":{"co":["Cidr"],"p":{"Cidr":"s","Note":"s"}},
"T::Field":{"co":["Land","Cidr"],"p":{"Land":"s","Cidr":"s"}},
"T::Once":{"co":["Name"],"df":true,"p":{"Name":"s"}}
}}"#;

const EFFECTS: &str = "\
type,change,property,condition,nodes,holdings,words,source
T::Nodes,update,Template,/Policy=replace,replaces,,,t
T::Nodes,update,Template,/Policy=roll,rolling,,,t
T::Nodes,update,Template,,later,,later ones differ,t
T::Nodes,update,Size,fewer,stop,,,t
T::Nodes,update,Size Note Policy,,,,,t
T::Nodes,replace,,create_first,stop,twice,the new one first,t
T::Nodes,delete,,,stop,lost:Size*10,gone,t
T::Nodes,create,,/Note=short,ends,,after a week,t
T::Nodes,moves,,,note,,apart,t
T::Named,name,Other,,,,,t
T::Land,update,Note,in_use,refused,,fixed,t
T::Land,instead,Note,,,,make another,t
T::Land,delete,,in_use,refused,,used,t
T::Field,delete,,in_use,refused,,used,t
T::Field,range,Cidr Land,,,,,t
";

pub fn schemas() -> Schemas {
    Schemas::load(SCHEMAS)
}

pub fn s(text: &str) -> Symbol {
    Symbol::new(text)
}

pub fn site() -> Site {
    Site { cloud: s("aws"), region: s("east") }
}

/// A resource as a test writes it.
#[derive(Clone, Debug)]
pub struct Row {
    pub address: String,
    pub kind: &'static str,
    pub scope: String,
    pub body: String,
    pub depends_on: Vec<String>,
    pub lifecycle: Lifecycle,
    pub nodes: Option<u32>,
    pub zone: Option<Symbol>,
    pub market: Market,
    pub site: Site,
}

/// A resource whose scope is the first two parts of its address.
pub fn row(address: &str, kind: &'static str, body: &str) -> Row {
    let scope = address.split('.').take(2).collect::<Vec<_>>().join(".");
    Row {
        address: address.to_owned(),
        kind,
        scope,
        body: body.to_owned(),
        depends_on: Vec::new(),
        lifecycle: Lifecycle::default(),
        nodes: None,
        zone: None,
        market: Market::Spot,
        site: site(),
    }
}

fn holds(nodes: u32, market: Market) -> Holds {
    Holds { shape: s("p5"), nodes, market, zone: None, reserves_only: false }
}

pub fn graph(rows: &[Row], values: &mut Values) -> ResourceGraph {
    let mut graph = ResourceGraph::new();
    for row in rows {
        let resource = Resource {
            address: s(&row.address),
            kind: s(row.kind),
            body: values.from_json(&row.body).unwrap(),
            site: row.site,
            scope: s(&row.scope),
            depends_on: row.depends_on.iter().map(|a| s(a)).collect(),
            lifecycle: Arc::new(row.lifecycle.clone()),
            holds: row.nodes.map(|nodes| {
                // what a capacity block makes holds places and no nodes
                let reserves_only = row.address.starts_with("capacity.");
                Holds { reserves_only, zone: row.zone, ..holds(nodes, row.market) }
            }),
            declared: None,
            live: None,
        };
        graph.add(resource).unwrap();
    }
    graph
}

/// Small limits, so that small fleets are cut.
pub struct Small(pub Limits, pub SecretRules);

const NO_SECRETS: SecretRules = SecretRules { kept: false, stored_are_parameters: false };

impl Emitter for Small {
    fn secrets(&self) -> SecretRules {
        self.1
    }
    fn limits(&self) -> Limits {
        self.0
    }
    fn size_bound(&self, resource: &Resource, values: &Values) -> usize {
        let refs = values.references(resource.body).len();
        values.to_json(resource.body).len() + resource.address.as_str().len() + 40 + refs * 80 + 160
    }
    fn base_size(&self) -> usize {
        20
    }
    fn document(&self, unit: &Unit) -> Result<String, Vec<Problem>> {
        let mut text = String::from("{");
        for member in &unit.members {
            text.push_str(&format!("{} {} {}\n", member.local_name, member.kind, member.body));
        }
        for parameter in &unit.parameters {
            text.push_str(&format!("{}\n", parameter.name));
        }
        for output in &unit.outputs {
            text.push_str(&format!("{}\n", output.name));
        }
        Ok(text)
    }
}

#[derive(Clone, Debug)]
pub struct There {
    pub row: Row,
    pub local_name: String,
    pub physical_id: Option<String>,
    pub actual: Option<String>,
}

/// Resources, outputs, condition.
type Stack = (Vec<There>, Vec<String>, Condition);

/// What is in the cloud, by region and unit.
#[derive(Clone, Debug, Default)]
pub struct Sky {
    pub units: BTreeMap<(String, String), Stack>,
    pub moved: Vec<(String, String)>,
    /// What bears the name of a capacity in its key: where, the old one, the new one.
    pub keys: Vec<(String, String, String)>,
    /// `ADDRESS.PATH` whose drift is to stay.
    pub ignored: Vec<String>,
    /// Nodes of granted capacity, everywhere.
    pub granted: u64,
    /// Where there is no room for both.
    pub narrow: Vec<Narrow>,
    made: u32,
    limits: Option<Limits>,
    /// Keeps no value, and takes no parameter for a stored one, unless it is said here.
    pub secrets: Option<SecretRules>,
}

impl Sky {
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits: Some(limits), ..Self::default() }
    }

    pub fn limits(&self) -> Limits {
        self.limits.unwrap_or(Limits { resources: 500, bytes: 51_200, parameters: 200, outputs: 200 })
    }

    pub fn plan(&self, rows: &[Row]) -> Result<Plan, Vec<Diagnostic>> {
        let (plan, diagnostics) = self.plan_all(rows);
        plan.ok_or(diagnostics)
    }

    pub fn plan_all(&self, rows: &[Row]) -> (Option<Plan>, Vec<Diagnostic>) {
        let mut values = Values::new();
        let desired = graph(rows, &mut values);
        let mut live = ResourceGraph::new();
        let mut facts = Vec::new();
        for ((region, name), (there, outputs, condition)) in &self.units {
            let place = Site { cloud: s("aws"), region: s(region) };
            facts.push(LiveUnitFacts {
                rests: false,
                name: s(name),
                site: place,
                fingerprint: format!("f-{name}"),
                resources: there.len(),
                outputs: outputs.iter().map(|o| s(o)).collect(),
                condition: condition.clone(),
            });
            for it in there {
                let mut rows = graph(std::slice::from_ref(&it.row), &mut values);
                let id = rows.find(s(&it.row.address)).unwrap();
                let mut resource = rows.get_mut(id).unwrap().clone();
                let applied = resource.body;
                if let Some(actual) = &it.actual {
                    resource.body = values.from_json(actual).unwrap();
                }
                resource.site = place;
                resource.scope = s(name);
                resource.live = Some(Box::new(Live {
                    unit: s(name),
                    local_name: it.local_name.as_str().into(),
                    physical_id: it.physical_id.as_deref().map(Box::from),
                    attributes: it.physical_id.iter().map(|id| (s("Arn"), s(&format!("arn:{id}")))).collect(),
                    applied: Some(applied),
                    recorded: None,
                    reported: None,
                    running: None,
                    older: Box::default(),
                    importing: false,
                }));
                live.add(resource).unwrap();
            }
        }
        let moved: Vec<Moved> = self
            .moved
            .iter()
            .map(|(from, to)| {
                let named = |(scope, from, to): &(String, String, String)| Rekeyed {
                    scope: s(scope),
                    from: from.clone(),
                    to: to.clone(),
                };
                let keys = self.keys.iter().filter(|_| from.starts_with("capacity.")).map(named).collect();
                Moved { from: s(from), to: s(to), keys, span: Span::new(FileId(0), 0, 0) }
            })
            .collect();
        let schemas = schemas();
        let effects = Effects::load([EFFECTS]).unwrap();
        let emitter = Small(self.limits(), self.secrets.unwrap_or(NO_SECRETS));
        let inputs = Inputs {
            fleet: s("f"),
            as_of: Date::constant(2026, 11, 22),
            ledger_serial: 7,
            desired: &desired,
            live: &live,
            live_units: &facts,
            moved: &moved,
            schemas: &schemas,
            effects: &effects,
            emitter: &|site| (site.cloud == "aws").then_some(&emitter as &dyn Emitter),
            origin: &|_, _| None,
            place: &|span| format!("fleet:{}", span.lo),
            gaps: &[],
            autoscaled: &|_| false,
            reserved: &|_| None,
            ignore_drift: &|address, path| self.ignored.iter().any(|known| *known == format!("{address}.{path}")),
            revert_drift: &|_, _| false,
            volatile: &tonnage_schema::Volatile::default(),
            access: &tonnage_schema::Access::default(),
            open: &tonnage_schema::Open::default(),
            removed: &[],
            granted: &|_, _, _| self.granted,
            ended: &|_| None,
            narrow: &self.narrow,
            hold: &|scope| (scope == "pool.held").then_some(crate::model::WhenHeld::Stop),
        };
        crate::plan(&inputs, values)
    }

    /// Does what a plan says, in its order; panics where an order can't be done.
    pub fn apply(&mut self, plan: &Plan) {
        for step in &plan.steps {
            for &id in &step.between {
                let unit = plan.unit(id).unwrap();
                let crate::model::Between { members, document, parameters, outputs } =
                    *unit.between.clone().expect("what it holds in between");
                self.apply_unit(plan, &Unit { members, document, parameters, outputs, ..unit.clone() });
            }
            for &id in &step.units {
                let unit = plan.unit(id).unwrap();
                self.apply_unit(plan, unit);
            }
        }
    }

    fn apply_unit(&mut self, plan: &Plan, unit: &Unit) {
        let key = (unit.site.region.to_string(), unit.name.to_string());
        for parameter in &unit.parameters {
            let Giver::Unit { unit, output } = parameter.from else { continue };
            let giver = plan.unit(unit).unwrap();
            let giver = (giver.site.region.to_string(), giver.name.to_string());
            let outputs = &self.units.get(&giver).unwrap_or_else(|| panic!("{giver:?} is not there yet")).1;
            assert!(outputs.contains(&output.to_string()), "{giver:?} does not give {parameter:?}");
        }
        match unit.operation {
            UnitOperation::Keep => panic!("a unit that is kept is in no step"),
            UnitOperation::Delete => {
                assert!(self.units.remove(&key).is_some());
                return;
            }
            UnitOperation::Create => {
                assert!(self.units.get(&key).is_none_or(|unit| unit.2 == Condition::FailedCreate));
            }
            UnitOperation::Update => assert!(self.units.contains_key(&key), "{key:?}"),
        }
        let before = self.units.remove(&key).map(|(there, ..)| there).unwrap_or_default();
        let mut after = Vec::new();
        for member in &unit.members {
            let change = plan.changes.iter().find(|c| c.address == member.address && c.unit_name(plan) == unit.name);
            let was = before.iter().find(|there| there.local_name == member.local_name.as_str());
            let fresh = match change.map(|change| change.action) {
                Some(Action::Create | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst) => true,
                _ => was.is_none(),
            };
            assert!(!fresh || change.is_some(), "{member:?} comes without a change");
            self.made += 1;
            let physical_id =
                if fresh { format!("id-{}", self.made) } else { was.unwrap().physical_id.clone().unwrap() };
            let disposal = |retain| if retain { Disposal::Retain } else { Disposal::Delete };
            after.push(There {
                row: Row {
                    address: member.address.to_string(),
                    kind: member.kind.as_str(),
                    scope: String::new(),
                    body: member.body.clone(),
                    depends_on: member.depends_on.iter().map(|a| a.to_string()).collect(),
                    lifecycle: Lifecycle {
                        on_delete: disposal(member.retain_on_delete),
                        on_replace: disposal(member.retain_on_replace),
                        order: if member.delete_first { ReplaceOrder::DeleteFirst } else { ReplaceOrder::CreateFirst },
                        ignore: Vec::new(),
                        owned: Vec::new(),
                        update_policy: None,
                    },
                    nodes: member.holds.map(|h| h.nodes),
                    zone: member.holds.and_then(|h| h.zone),
                    market: member.holds.map_or(Market::Spot, |h| h.market),
                    site: unit.site,
                },
                local_name: member.local_name.to_string(),
                physical_id: Some(physical_id),
                actual: None,
            });
        }
        let outputs = unit.outputs.iter().map(|o| o.name.to_string()).collect();
        self.units.insert(key, (after, outputs, Condition::Ready));
    }

    /// Plans, applies, and checks that nothing is left to do.
    pub fn settle(&mut self, rows: &[Row]) -> Plan {
        let plan = self.plan(rows).unwrap();
        self.apply(&plan);
        self.moved.clear();
        let again = self.plan(rows).unwrap();
        assert!(!again.has_changes(), "{:?} {:?}", again.changes, again.steps);
        plan
    }

    /// A live resource.
    pub fn at(&mut self, address: &str) -> &mut There {
        self.units.values_mut().flat_map(|unit| &mut unit.0).find(|there| there.row.address == address).unwrap()
    }

    /// Where everything is: address to unit.
    pub fn homes(&self) -> BTreeMap<String, String> {
        let units = self.units.iter();
        units.flat_map(|((_, name), unit)| unit.0.iter().map(move |t| (t.row.address.clone(), name.clone()))).collect()
    }
}

impl crate::Change {
    fn unit_name(&self, plan: &Plan) -> Symbol {
        plan.unit(self.unit).unwrap().name
    }
}

/// A plan from nothing but desired resources and facts about units.
pub fn plan_of(
    desired: &ResourceGraph,
    live_units: &[LiveUnitFacts],
    values: Values,
) -> (Option<Plan>, Vec<Diagnostic>) {
    let (live, schemas) = (ResourceGraph::new(), Schemas::default());
    let emitter = Small(Sky::default().limits(), NO_SECRETS);
    let inputs = Inputs {
        fleet: s("f"),
        as_of: Date::constant(2026, 11, 22),
        ledger_serial: 0,
        desired,
        live: &live,
        live_units,
        moved: &[],
        schemas: &schemas,
        effects: &Effects::default(),
        emitter: &|_| Some(&emitter as &dyn Emitter),
        origin: &|_, _| None,
        place: &|_| String::new(),
        gaps: &[],
        autoscaled: &|_| false,
        reserved: &|_| None,
        ignore_drift: &|_, _| false,
        revert_drift: &|_, _| false,
        volatile: &tonnage_schema::Volatile::default(),
        access: &tonnage_schema::Access::default(),
        open: &tonnage_schema::Open::default(),
        removed: &[],
        granted: &|_, _, _| 0,
        ended: &|_| None,
        narrow: &[],
        hold: &|_| None,
    };
    crate::plan(&inputs, values)
}

/// Changes as lines: `update pool.a.x [changed]: Size 1 → 2`.
pub fn lines(plan: &Plan) -> Vec<String> {
    let value = |id: Option<tonnage_graph::ValueId>| id.map_or("∅".to_owned(), |id| plan.values.to_json(id));
    let line = |change: &crate::Change| {
        let reasons: Vec<String> = change
            .reasons
            .iter()
            .map(|r| match r {
                crate::Reason::CreateOnly { property } | crate::Reason::Conditional { property } => {
                    format!("{} {property}", r.code())
                }
                crate::Reason::Cascade { from, property } | crate::Reason::Follows { from, property } => {
                    format!("{} {property} from {from}", r.code())
                }
                _ => r.code().to_owned(),
            })
            .collect();
        let mut text = format!("{} {} [{}]", change.action.as_str(), change.address, reasons.join(", "));
        for diff in &change.diffs {
            let marks = if diff.forces_replacement { "!" } else { "" };
            let drift = if diff.drift { "~" } else { "" };
            text.push_str(&format!("; {}{marks}{drift} {} → {}", diff.path, value(diff.before), value(diff.after)));
            if diff.conflict {
                text.push_str(&format!(" (applied {})", value(diff.applied)));
            }
        }
        text
    };
    plan.changes.iter().map(line).collect()
}

/// The only error of a plan that must fail.
pub fn error(result: Result<Plan, Vec<Diagnostic>>) -> Diagnostic {
    match result {
        Err(mut diagnostics) => {
            diagnostics.retain(Diagnostic::is_error);
            assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
            diagnostics.remove(0)
        }
        Ok(plan) => panic!("planned: {:?}", lines(&plan)),
    }
}
