//! Batches as text: requests in order, references as substitutions, names that follow what is fixed.

use serde_json::{Value, json};
use tonnage_graph::{Reference, Site};
use tonnage_plan::model::{Giver, Member, Parameter, UnitId, UnitOperation, UnitOutput};

use super::*;

const FACTS: &str = r#"{
"c/Net":{"p":{"name":"s","mtu":"i","description":"s"},"co":["name","mtu"],"id":["name"],"mk":{"path":"projects/{project}/global/networks","verb":"POST","change":"PATCH"}},
"c/Tem":{"p":{"name":"s","net":"s","description":"s"},"co":["name","net","description"],"id":["name"],"mk":{"path":"projects/{project}/regions/{region}/templates","verb":"POST"}},
"c/Man":{"p":{"name":"s","zone":"s","template":"s","size":"i","list":{"a":"s"}},"co":["name","zone"],"r":["zone"],"id":["name"],"mk":{"path":"projects/{project}/zones/{zone}/managers","verb":"POST","change":"PATCH"}}
}"#;

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

fn unit(members: Vec<Member>) -> Unit {
    let subnet = Reference { address: symbol("network.n.subnet"), attribute: None };
    Unit {
        name: symbol("gemma-pool-a-1"),
        site: Site { cloud: symbol("google"), region: symbol("mid1") },
        operation: UnitOperation::Create,
        members,
        document: String::new(),
        parameters: vec![Parameter {
            name: symbol("PNet"),
            from: Giver::Unit { unit: UnitId(0), output: symbol("ONet") },
            reference: subnet,
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

fn write(unit: &Unit) -> Result<Value, Vec<&'static str>> {
    let limits = Limits { resources: 4, bytes: usize::MAX, parameters: usize::MAX, outputs: usize::MAX };
    let batches = Batches::new(symbol("gemma"), limits, Arc::new(Schemas::load(FACTS)));
    let text = batches
        .document(unit)
        .map_err(|found| found.iter().map(|problem| problem.diagnostic.code.id).collect::<Vec<_>>())?;
    Ok(serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn requests_come_in_order_and_say_what_to_put_in() {
    let manager = r#"{"zone":"mid1-b","size":3,"template":{"$ref":"pool.a.template"},"list":[{"$join":["x/",{"$ref":"pool.a.template","$att":"name"}]}]}"#;
    let mut unit = unit(vec![
        member("pool.a.nodes", "PoolANodes0123456789", "c/Man", manager),
        member("pool.a.template", "PoolATemplate0123456789", "c/Tem", r#"{"net":{"$ref":"network.n.subnet"}}"#),
    ]);
    let template = Reference { address: symbol("pool.a.template"), attribute: None };
    unit.outputs = vec![UnitOutput { name: symbol("OTem"), reference: template }];
    let batch = write(&unit).expect("a batch");
    let [template, manager] = batch["requests"].as_array().expect("requests").as_slice() else { panic!("{batch}") };
    assert_eq!(template["path"], "projects/{project}/regions/mid1/templates");
    assert_eq!(template.get("change"), None, "it never changes");
    assert_eq!(template["body"]["net"], json!({"$parameter": "PNet"}));
    // Another network means another template, with another name, known when the request is sent.
    assert_eq!(template["body"]["name"]["of"], json!([{"$parameter": "PNet"}]));
    assert_eq!(template["body"]["description"], "tonnage/gemma/gemma-pool-a-1/PoolATemplate0123456789");
    assert_eq!((&manager["method"], &manager["change"]), (&json!("POST"), &json!("PATCH")));
    assert_eq!(manager["path"], "projects/{project}/zones/mid1-b/managers");
    let answered = |field: &str| json!({"$of": "PoolATemplate0123456789", "field": field});
    assert_eq!(manager["body"]["template"], answered("selfLink"));
    assert_eq!(manager["body"]["list"], json!([{"$concat": ["x/", answered("name")]}]));
    assert_eq!(manager["body"].get("zone"), None, "it stands in the path");
    assert_eq!(manager["body"].get("description"), None, "the type has none");
    assert_eq!(batch["outputs"]["OTem"], answered("selfLink"));
    assert_eq!(batch["parameters"]["PNet"], json!(["network.n.subnet"]));
}

#[test]
fn a_name_is_what_compute_takes() {
    let long = member("network.n", &format!("NetworkN{}0123456789", "Xy".repeat(90)), "c/Net", r#"{"mtu":1460}"#);
    let batch = write(&unit(vec![long])).expect("a batch");
    let name = batch["requests"][0]["body"]["name"].as_str().expect("a name").to_owned();
    assert!(name.len() <= 63 && name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.ends_with('-'), "{name}");
    assert!(name.chars().all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit()), "{name}");
}

#[test]
fn what_is_wrong_is_said() {
    let of = |kind: &str, body: &str| vec![member("pool.a.nodes", "Nodes0123456789", kind, body)];
    assert_eq!(write(&unit(of("c/Man", r#"{"zone":"z","list":[null]}"#))), Err(vec!["T0774"]));
    assert_eq!(write(&unit(of("c/Man", r#"{"zone":{"$ref":"network.n.subnet"}}"#))), Err(vec!["T0781"]));
    assert_eq!(write(&unit(of("c/Net", r#"{"mtu":{"$ref":"nowhere"}}"#))), Err(vec!["T0771"]));
    assert_eq!(write(&unit(of("O::Other", "{}"))), Err(vec!["T0781"]));
}

#[test]
fn a_secret_of_the_clouds_store_is_written_as_its_name() {
    let written = |mtu: &str| {
        let unit = unit(vec![member("network.n", "NetworkN0123456789", "c/Net", &format!(r#"{{"mtu":{mtu}}}"#))]);
        let batch = write(&unit).expect("a batch");
        (batch["requests"][0]["body"]["mtu"].clone(), batch["requests"][0]["body"]["name"].clone())
    };
    let (newest, name) = written(r#"{"$ref":"google-secretmanager://gemma/token"}"#);
    assert_eq!(newest, "projects/gemma/secrets/token/versions/latest");
    let (third, other) = written(r#"{"$join":["key=",{"$ref":"google-secretmanager://gemma/token#3"}]}"#);
    assert_eq!(
        third, "key=projects/gemma/secrets/token/versions/3",
        "one text, with nothing to put in when it is sent"
    );
    assert_ne!(name, other, "a property that is fixed, so another name");
    let (mixed, _) =
        written(r#"{"$join":[{"$ref":"google-secretmanager://gemma/token"},"@",{"$ref":"network.n.subnet"}]}"#);
    let parts = json!(["projects/gemma/secrets/token/versions/latest", "@", {"$parameter": "PNet"}]);
    assert_eq!(mixed, json!({ "$concat": parts }));
}

#[test]
fn what_google_cloud_would_show_is_refused() {
    for address in ["var.token", "azure-keyvault://g/prod/token", "aws-secretsmanager://prod/token"] {
        let body = format!(r#"{{"mtu":{{"$join":["Bearer ",{{"$ref":"{address}"}}]}}}}"#);
        let mut unit = unit(vec![member("pool.a.nodes", "Nodes0123456789", "c/Net", &body)]);
        let reference = Reference { address: symbol(address), attribute: None };
        unit.parameters = vec![Parameter { name: symbol("PToken"), from: Giver::Secret { kept: false }, reference }];
        assert_eq!(write(&unit), Err(vec!["T0771"]), "{address}");
    }
}
