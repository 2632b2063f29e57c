//! A whole batch. Must not know what a resource type means: where its requests go is a fact of its schema.

use serde_json::{Map, Value, json};
use tonnage_base::{Symbol, codes::cloud};
use tonnage_graph::{Node, Reference, Secret, ValueId};
use tonnage_plan::emit::Problem;
use tonnage_plan::emit::named::{Name, Named, Ready, Target};
use tonnage_plan::emit::words::{self, Piece, Words, Writer};
use tonnage_plan::model::Unit;
use tonnage_schema::Schemas;

/// The version of the form of a batch.
const VERSION: u64 = 1;
/// What a reference without attribute stands for.
const IDENTIFIER: &str = "selfLink";
/// The property that says where a zonal resource stands: Compute says it in the path.
const ZONE: &str = "zone";
/// The property that every type has for what people, and Tonnage, have to say of a resource.
const DESCRIPTION: &str = "description";

/// The version of a secret where none is said.
const NEWEST: &str = "latest";

/// The words for what an answer says.
struct Substitutions;

impl<'u> Words<'u> for Substitutions {
    fn target(&self, target: Target<'u>) -> Value {
        match target {
            Target::Member(member, attribute) => {
                let field = attribute.map_or(IDENTIFIER, Symbol::as_str);
                json!({"$of": member.local_name.as_str(), "field": field})
            }
            Target::Parameter(name) => json!({"$parameter": name.as_str()}),
        }
    }

    /// A secret of its store by the name with which a node reads it: no property of Compute takes one, or hides one.
    fn secret(&self, reference: Reference) -> Option<Piece<'u>> {
        let Some(Secret::Stored(address)) = reference.secret() else { return None };
        let address = address.strip_prefix("google-secretmanager://")?;
        let (names, version) = address.split_once('#').unwrap_or((address, NEWEST));
        let (project, name) = names.split_once('/')?;
        Some(Piece::Text(Symbol::new(&format!("projects/{project}/secrets/{name}/versions/{version}"))))
    }

    fn join(&self, pieces: &[Piece<'u>]) -> Value {
        // Names of secrets are text.
        let text = |piece: &Piece<'_>| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Target(_) => None,
        };
        if let Some(text) = pieces.iter().map(text).collect::<Option<String>>() {
            return text.into();
        }
        let parts: Vec<Value> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Value::from(text.as_str()),
                Piece::Target(target) => self.target(*target),
            })
            .collect();
        json!({"$concat": parts})
    }
}

/// Writes the batch of a unit, or says everything that is wrong with it.
pub fn write(fleet: Symbol, schemas: &Schemas, unit: &Unit) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let named = Named::new(fleet, unit, schemas)?;
    let batch = Batch { fleet, unit, schemas, named: &named };
    let requests: Vec<Value> = named.members.iter().map(|ready| batch.request(*ready, &mut problems)).collect();
    let parameters: Map<String, Value> =
        unit.parameters.iter().map(|p| (p.name.to_string(), words::origin(p.reference))).collect();
    let outputs: Map<String, Value> = unit
        .outputs
        .iter()
        .filter_map(|output| Some((output.name.to_string(), Substitutions.target(named.target(output.reference)?))))
        .collect();
    let document = json!({
        "version": VERSION,
        "fleet": fleet.as_str(),
        "unit": unit.name.as_str(),
        "parameters": parameters,
        "requests": requests,
        "outputs": outputs,
    });
    if problems.is_empty() { Ok(document.to_string()) } else { Err(problems) }
}

struct Batch<'a, 'u> {
    fleet: Symbol,
    unit: &'u Unit,
    schemas: &'a Schemas,
    named: &'a Named<'u>,
}

impl Batch<'_, '_> {
    fn request(&self, ready: Ready<'_>, problems: &mut Vec<Problem>) -> Value {
        let Ready { member, body } = ready;
        let mut say = |what: &str, help: &str| problems.push(Problem::of(member, cloud::T0781, what, help));
        let facts = self.schemas.get(member.kind);
        let making = facts.map(|facts| facts.making()).filter(|making| making.path.is_some());
        let Some((making, path)) = making.and_then(|making| Some((making, making.path?))) else {
            say(
                "can't be made: nothing says how Google Cloud does it",
                "a resource of a Google cloud has a type of Google Cloud's",
            );
            return Value::Null;
        };
        let zone = self.zone(body);
        let zonal = path.as_str().contains("{zone}");
        if zonal && zone.is_none() {
            say(
                "has a `zone` that is known only after apply, and it is part of where it is made",
                "write the zone's name",
            );
        }
        let path = path
            .as_str()
            .replace("{region}", self.unit.site.region.as_str())
            .replace("{zone}", zone.map_or("", Symbol::as_str));
        let words = Substitutions;
        let mut writer = Writer::new(self.named, &words, member);
        let mut properties = writer.body(body);
        problems.append(&mut writer.problems);
        if zonal {
            properties.remove(ZONE);
        }
        properties.insert("name".to_owned(), name(&self.named.name_of(member.address)));
        // Nothing else keeps it for us: some types have no labels. It is fixed, and outlives every rename.
        let known = facts.is_some_and(|facts| facts.body().get(Symbol::new(DESCRIPTION)).is_some());
        if known && !properties.contains_key(DESCRIPTION) {
            let said = format!("tonnage/{}/{}/{}", self.fleet, self.unit.name, member.local_name);
            properties.insert(DESCRIPTION.to_owned(), said.into());
        }
        let mut request = Map::new();
        request.insert("local".to_owned(), member.local_name.as_str().into());
        request.insert("type".to_owned(), member.kind.as_str().into());
        request.insert("method".to_owned(), making.verb.map_or("POST", Symbol::as_str).into());
        request.insert("path".to_owned(), path.into());
        if let Some(change) = making.change {
            request.insert("change".to_owned(), change.as_str().into());
        }
        request.insert("body".to_owned(), properties.into());
        request.insert("tonnage".to_owned(), words::kept(member).into());
        request.into()
    }

    fn zone(&self, body: ValueId) -> Option<Symbol> {
        let zone = self.named.values.get(body, Symbol::new(ZONE))?;
        match self.named.values.node(zone) {
            Node::String(zone) => Some(zone),
            _ => None,
        }
    }
}

/// A name; what of it is known only when it is sent is hashed by whoever sends it.
fn name(name: &Name) -> Value {
    if name.of.is_empty() {
        return name.text.as_str().into();
    }
    let of: Vec<Value> = name.of.iter().map(|parameter| json!({"$parameter": parameter.as_str()})).collect();
    json!({"$name": name.text, "of": of})
}
