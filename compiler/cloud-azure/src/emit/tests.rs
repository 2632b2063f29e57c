//! Templates as text, and as properties: references become expressions, names follow what is fixed, sizes are foretold.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tonnage_base::Market;
use tonnage_graph::{Holds, Lifecycle, Reference, Site};
use tonnage_plan::model::{Member, Parameter, UnitId, UnitOperation, UnitOutput};

use super::*;

const FACTS: &str = r#"{
"M.Net/nets":{"p":{"location":"s","range":"s","name":"s"},"co":["location","range","name"],"ro":["id"],"id":["name"],"mk":{"version":"2026-03-01"}},
"M.Net/nets/parts":{"p":{"parent":"s","name":"s","of":"s"},"co":["parent","name"],"id":["name"],"mk":{"version":"2026-03-01"}},
"M.Com/sets":{"p":{"net":"s","group":"s","text":"s","list":{"a":"s"},"count":"i","name":"s"},"co":["group","name"],"id":["name"],"mk":{"version":"2026-04-01"}}
}"#;
const LIMITS: Limits = Limits { resources: 4, bytes: 20_000, parameters: 2, outputs: 2 };

fn symbol(text: &str) -> Symbol {
    Symbol::new(text)
}

fn member(address: &str, local: &str, kind: &str, body: &str) -> Member {
    Member {
        address: symbol(address),
        local_name: symbol(local),
        kind: symbol(kind),
        body: body.into(),
        depends_on: Vec::new(),
        retain_on_delete: false,
        retain_on_replace: false,
        delete_first: false,
        update_policy: None,
        holds: None,
    }
}

fn reference(address: &str, attribute: Option<&str>) -> Reference {
    Reference { address: symbol(address), attribute: attribute.map(Symbol::new) }
}

fn unit(members: Vec<Member>) -> Unit {
    Unit {
        name: symbol("nordic-pool-a-1"),
        site: Site { cloud: symbol("azure"), region: symbol("north") },
        operation: UnitOperation::Create,
        members,
        document: String::new(),
        parameters: vec![Parameter {
            name: symbol("PGroup"),
            from: tonnage_plan::model::Giver::Unit { unit: UnitId(0), output: symbol("OGroup") },
            reference: reference("capacity.x.group", None),
        }],
        outputs: Vec::new(),
        expects: String::new(),
        hold: false,
        when_held: tonnage_plan::model::WhenHeld::Stop,
        ahead: Vec::new(),
        reverts: false,
    }
}

fn templates() -> Templates {
    Templates::new(symbol("nordic"), LIMITS, Arc::new(Schemas::load(FACTS)))
}

fn write(unit: &Unit) -> Result<Value, Vec<&'static str>> {
    let text = templates().document(unit).map_err(|found| found.iter().map(|d| d.code.id).collect::<Vec<_>>())?;
    Ok(serde_json::from_str(&text).expect("JSON"))
}

const NET: &str = "M.Net/nets";
const SET: &str = "M.Com/sets";

/// The one resource of a type.
fn resource<'t>(template: &'t Value, kind: &str) -> &'t Value {
    let resources = template["resources"].as_array().expect("resources");
    resources.iter().find(|r| r["type"] == kind).expect("a resource of the type")
}

#[test]
fn a_reference_is_an_expression_and_is_waited_for() {
    let set = r#"{"net":{"$ref":"network.n"},"text":{"$join":[{"$ref":"network.n"},"/o'clock"]},"group":{"$ref":"capacity.x.group"},"list":["[x]",{"$ref":"network.n","$att":"properties.guid"}]}"#;
    let mut unit = unit(vec![
        member("pool.a.nodes", "PoolANodes0123456789", SET, set),
        member("network.n", "NetworkN0123456789", NET, r#"{"location":"north"}"#),
    ]);
    unit.outputs = vec![UnitOutput { name: symbol("ONet"), reference: reference("network.n", None) }];
    let template = write(&unit).expect("a template");
    let net = resource(&template, NET)["name"].as_str().expect("a name").to_owned();
    let id = format!("resourceId('{NET}', '{net}')");
    let set = resource(&template, SET);
    assert!(net.starts_with("network-n"), "{net}");
    assert_eq!(set["net"], format!("[{id}]"));
    assert_eq!(set["text"], format!("[concat({id}, '/o''clock')]"));
    assert_eq!(set["group"], "[parameters('PGroup')]");
    assert_eq!(set["list"], json!(["[[x]", format!("[reference({id}, '2026-03-01', 'Full').properties.guid]")]));
    assert_eq!(set["dependsOn"], json!([format!("[{id}]")]));
    assert_eq!(set["apiVersion"], "2026-04-01");
    assert_eq!(set["metadata"]["tonnage"]["address"], "pool.a.nodes");
    // What comes from another unit can't be changed in place: ARM hashes it into the name.
    let name = set["name"].as_str().expect("a name");
    assert!(
        name.starts_with("[concat('pool-a-nodes") && name.ends_with("-', uniqueString(parameters('PGroup')))]"),
        "{name}"
    );
    assert_eq!(template["outputs"]["ONet"], json!({"type": "string", "value": format!("[{id}]")}));
    assert_eq!(template["metadata"]["tonnage"]["parameters"], json!({"PGroup": ["capacity.x.group"]}));
    // The one that is waited for comes first.
    assert_eq!(template["resources"][0]["type"], NET);
}

#[test]
fn a_part_has_its_parents_name_before_its_own() {
    let part =
        member("network.n.part", "Part0123456789", "M.Net/nets/parts", r#"{"parent":{"$ref":"network.n"},"of":"x"}"#);
    let other =
        member("network.o.part", "Other0123456789", "M.Net/nets/parts", r#"{"parent":{"$ref":"capacity.x.group"}}"#);
    let net = member("network.n", "NetworkN0123456789", NET, r#"{"location":"north","name":"given"}"#);
    let mut unit = unit(vec![part, other, net]);
    unit.outputs = vec![UnitOutput { name: symbol("OPart"), reference: reference("network.n.part", None) }];
    let template = write(&unit).expect("a template");
    let parts: Vec<&Value> = template["resources"]
        .as_array()
        .expect("resources")
        .iter()
        .filter(|r| r["type"] == "M.Net/nets/parts")
        .collect();
    let names: BTreeSet<&str> = parts.iter().filter_map(|part| part["name"].as_str()).collect();
    assert!(names.iter().any(|name| name.starts_with("[concat('given', '/', 'part")), "{names:?}");
    assert!(
        names.iter().any(|name| name.starts_with("[concat(last(split(parameters('PGroup'), '/')), '/', ")),
        "{names:?}"
    );
    assert!(parts.iter().all(|part| part.get("parent").is_none()));
    let id = template["outputs"]["OPart"]["value"].as_str().expect("an expression");
    assert!(id.starts_with("[resourceId('M.Net/nets/parts', 'given', 'part"), "{id}");
}

#[test]
fn what_is_wrong_is_said() {
    let of = |body: &str| vec![member("pool.a.nodes", "Nodes0123456789", SET, body)];
    assert_eq!(write(&unit(of(r#"{"list":[null]}"#))), Err(vec!["T0774"]));
    assert_eq!(write(&unit(of(r#"{"net":{"$ref":"nowhere"}}"#))), Err(vec!["T0771"]));
    assert_eq!(write(&unit(vec![member("a", "A0123456789", "O::Other", "{}")])), Err(vec!["T0781"]));
    let many = (0..5).map(|n| member(&format!("m{n}"), &format!("M{n}0123456789"), NET, "{}")).collect();
    assert_eq!(write(&unit(many)), Err(vec!["T0780"]));
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(20_000));
    assert_eq!(write(&unit(of(&long))), Err(vec!["T0780"]));
}

#[test]
fn a_template_is_never_larger_than_foretold() {
    let bodies = [
        r#"{"text":"[[[[[[","list":["[a","[b"],"count":3}"#,
        r#"{"net":{"$ref":"network.n"},"text":{"$join":["a",{"$ref":"network.n","$att":"id"},"b",{"$ref":"capacity.x.group"}]}}"#,
        r#"{"group":{"$ref":"capacity.x.group"},"net":{"$ref":"capacity.x.group"}}"#,
    ];
    for body in bodies {
        let mut nodes = member(&format!("pool.{}.nodes", "long".repeat(40)), "Nodes0123456789", SET, body);
        nodes.holds = Some(Holds {
            shape: symbol("Shape"),
            nodes: 4_000_000,
            market: Market::OnDemand,
            zone: Some(symbol("1")),
            reserves_only: true,
        });
        nodes.depends_on = vec![symbol("network.n")];
        let net = member("network.n", "NetworkN0123456789", NET, "{}");
        let mut unit = unit(vec![nodes, net]);
        unit.outputs = vec![
            UnitOutput { name: symbol("O1"), reference: reference("network.n", None) },
            UnitOutput { name: symbol("O2"), reference: reference("network.n", Some("properties.guid")) },
        ];
        let mut values = Values::new();
        let foretold: usize = unit
            .members
            .iter()
            .map(|member| {
                let body = values.from_json(&member.body).expect("JSON");
                let resource = Resource {
                    address: member.address,
                    kind: member.kind,
                    body,
                    site: unit.site,
                    scope: symbol("pool.a"),
                    depends_on: member.depends_on.clone(),
                    lifecycle: Lifecycle::default(),
                    holds: member.holds,
                    declared: None,
                    live: None,
                };
                templates().size_bound(&resource, &values)
            })
            .sum();
        let text = templates().document(&unit).expect("a template");
        assert!(text.len() <= templates().base_size() + foretold, "{} > {foretold}: {text}", text.len());
    }
}

#[test]
fn a_secret_is_refused() {
    use tonnage_plan::model::Giver;
    for address in ["var.token", "azure-keyvault://prod/token", "google-secretmanager://prod/token"] {
        let body = format!(r#"{{"text":{{"$join":["Bearer ",{{"$ref":"{address}"}}]}}}}"#);
        let mut unit = unit(vec![member("pool.a.nodes", "Nodes0123456789", "M.Com/sets", &body)]);
        let reference = Reference { address: symbol(address), attribute: None };
        unit.parameters = vec![Parameter { name: symbol("PToken"), from: Giver::Secret { kept: false }, reference }];
        assert_eq!(write(&unit), Err(vec!["T0771"]), "{address}");
    }
}
