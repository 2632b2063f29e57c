//! Templates as text, and as properties: references become expressions, names follow what is fixed, sizes are foretold.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tonnage_base::Market;
use tonnage_graph::{Holds, Reference, Site};
use tonnage_plan::model::{Giver, Member, Parameter, UnitId, UnitOperation, UnitOutput};

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
            from: Giver::Unit { unit: UnitId(0), output: symbol("OGroup") },
            reference: reference("capacity.x.group", None),
        }],
        outputs: Vec::new(),
        expects: String::new(),
        hold: false,
        when_held: tonnage_plan::model::WhenHeld::Stop,
        ahead: Vec::new(),
        between: None,
        reverts: false,
    }
}

fn deployments(limits: Limits) -> Deployments {
    Deployments::new(symbol("nordic"), Some(symbol("00-1")), limits, Arc::new(Schemas::load(FACTS)))
}

/// The template of a unit.
fn write(unit: &Unit) -> Result<Value, Vec<&'static str>> {
    let text = deployments(LIMITS).document(unit);
    let text = text.map_err(|found| found.iter().map(|problem| problem.diagnostic.code.id).collect::<Vec<_>>())?;
    let mut deployment: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(deployment["mode"], "Incremental", "a complete deployment deletes what its template does not name");
    Ok(deployment["template"].take())
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
}

#[test]
fn a_deployment_is_never_larger_than_foretold() {
    let bodies = [
        r#"{"text":"[[[[[[","list":["[a","[b"],"count":3}"#,
        r#"{"net":{"$ref":"network.n"},"text":{"$join":["a",{"$ref":"network.n","$att":"id"},"b",{"$ref":"capacity.x.group"}]}}"#,
        r#"{"group":{"$ref":"capacity.x.group"},"net":{"$ref":"capacity.x.group"}}"#,
        r#"{"text":{"$join":["a",{"$ref":"azure-keyvault://sub/group/vault/LONG#0123"},{"$ref":"azure-keyvault://g/v/n"}]}}"#,
    ];
    // As long as a group, a vault and a secret can be called.
    let long = format!("{}/{}/{}", "g".repeat(90), "v".repeat(24), "s".repeat(127));
    for body in bodies {
        let body = body.replace("group/vault/LONG", &long);
        let mut nodes = member(&format!("pool.{}.nodes", "long".repeat(40)), "Nodes0123456789", SET, &body);
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
        let mut held = Values::new();
        let body = held.from_json(&body).expect("JSON");
        let stored = held.references(body).into_iter().filter(|reference| reference.secret().is_some());
        let name = tonnage_plan::names::parameter;
        unit.parameters.extend(stored.map(|r| Parameter { name: name(r), from: Giver::Store, reference: r }));
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
                    lifecycle: std::sync::Arc::default(),
                    holds: member.holds,
                    declared: None,
                    live: None,
                };
                deployments(LIMITS).size_bound(&resource, &values)
            })
            .sum();
        let limits = Limits { parameters: 3, ..LIMITS };
        let text = deployments(limits).document(&unit).expect("a deployment");
        assert!(text.len() <= deployments(limits).base_size() + foretold, "{} > {foretold}: {text}", text.len());
    }
}

/// A unit whose set holds these secrets, as a plan gives them.
fn secretive(body: &str, secrets: &[(&str, Option<&str>, Giver)]) -> Unit {
    let mut unit = unit(vec![member("pool.a.nodes", "Nodes0123456789", SET, body)]);
    let parameters = secrets.iter().enumerate().map(|(at, (address, attribute, from))| Parameter {
        name: symbol(&format!("P{at}")),
        from: *from,
        reference: reference(address, *attribute),
    });
    unit.parameters = parameters.collect();
    unit
}

#[test]
fn a_secret_is_a_parameter_that_is_not_shown() {
    let body = r#"{"text":{"$join":["Bearer ",{"$ref":"var.token","$att":"2"}]},"net":{"$ref":"azure-keyvault://g/prod/key"},
        "list":[{"$ref":"azure-keyvault://other/g/prod/key#7"}]}"#;
    let unit = secretive(
        body,
        &[
            ("var.token", Some("2"), Giver::Secret { kept: false }),
            ("azure-keyvault://g/prod/key", None, Giver::Store),
            ("azure-keyvault://other/g/prod/key#7", None, Giver::Store),
        ],
    );
    let limits = Limits { parameters: 3, ..LIMITS };
    let text = deployments(limits).document(&unit).expect("a deployment");
    let deployment: Value = serde_json::from_str(&text).expect("JSON");
    let template = &deployment["template"];
    for parameter in ["P0", "P1", "P2"] {
        assert_eq!(template["parameters"][parameter], json!({"type": "securestring"}));
    }
    let set = resource(template, SET);
    assert_eq!(set["text"], "[concat('Bearer ', parameters('P0'))]");
    assert_eq!((&set["net"], &set["list"][0]), (&json!("[parameters('P1')]"), &json!("[parameters('P2')]")));
    // Azure reads the vault itself; the value of the variable comes from whoever deploys, and stands nowhere.
    let vault = |subscription: &str| {
        format!("/subscriptions/{subscription}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/prod")
    };
    let expected = json!({
        "P1": {"reference": {"keyVault": {"id": vault("00-1")}, "secretName": "key"}},
        "P2": {"reference": {"keyVault": {"id": vault("other")}, "secretName": "key", "secretVersion": "7"}},
    });
    assert_eq!(deployment["parameters"], expected);
    assert_eq!(template["metadata"]["tonnage"]["parameters"]["P0"], json!(["var.token", "2"]));
}

#[test]
fn a_secret_is_no_part_of_a_name() {
    let name = |reference: &str, address: &str, from: Giver| {
        let unit = secretive(&format!(r#"{{"group":{reference}}}"#), &[(address, None, from)]);
        resource(&write(&unit).expect("a template"), SET)["name"].as_str().expect("a name").to_owned()
    };
    let variable = name(r#"{"$ref":"var.token"}"#, "var.token", Giver::Secret { kept: false });
    let stored = name(r#"{"$ref":"azure-keyvault://g/v/a#1"}"#, "azure-keyvault://g/v/a#1", Giver::Store);
    let rotated = name(r#"{"$ref":"azure-keyvault://g/v/a#2"}"#, "azure-keyvault://g/v/a#2", Giver::Store);
    assert!([&variable, &stored, &rotated].iter().all(|name| !name.contains("uniqueString")), "{variable} {stored}");
    assert_ne!(stored, rotated, "another version is another resource");
}

#[test]
fn a_secret_of_another_cloud_is_refused() {
    for address in ["google-secretmanager://prod/token", "aws-secretsmanager://prod/token"] {
        let unit = secretive(&format!(r#"{{"text":{{"$ref":"{address}"}}}}"#), &[(address, None, Giver::Store)]);
        assert_eq!(write(&unit), Err(vec!["T0771"]), "{address}");
    }
}
