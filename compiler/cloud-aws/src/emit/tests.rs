//! Templates as text, and as properties: what is written is read back, and is never larger than was foretold.

use proptest::prelude::*;
use tonnage_base::{Market, codes::cloud};
use tonnage_graph::{Disposal, Holds, Lifecycle, Reference, ReplaceOrder, Site, ValueId};
use tonnage_plan::model::{Giver, Member, Parameter, UnitId, UnitOperation, UnitOutput, WhenHeld};

use super::*;

pub(crate) const LIMITS: Limits = Limits { resources: 500, bytes: 51_200, parameters: 200, outputs: 200 };

pub(crate) fn symbol(text: &str) -> Symbol {
    Symbol::new(text)
}

pub(crate) fn member(address: &str, local: &str, kind: &str, body: &str) -> Member {
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

pub(crate) fn unit(members: Vec<Member>) -> Unit {
    Unit {
        name: symbol("serving-network"),
        site: Site { cloud: symbol("aws"), region: symbol("us-east-2") },
        operation: UnitOperation::Create,
        members,
        document: String::new(),
        parameters: Vec::new(),
        outputs: Vec::new(),
        expects: String::new(),
        hold: false,
        when_held: WhenHeld::Stop,
        ahead: Vec::new(),
        between: None,
        reverts: false,
    }
}

fn write(unit: &Unit) -> Result<String, Vec<Problem>> {
    Templates::new(symbol("serving"), LIMITS).document(unit)
}

/// The properties of the only resource.
fn properties(body: &str) -> String {
    let mut unit = unit(vec![
        member("network.default.vpc", "Vpc", "AWS::EC2::VPC", "{}"),
        member("network.default.zone", "Zone", "AWS::EC2::Subnet", body),
    ]);
    unit.parameters = vec![Parameter {
        name: symbol("Role"),
        from: Giver::Unit { unit: UnitId(0), output: symbol("Role") },
        reference: Reference { address: symbol("pool.x.role"), attribute: Some(symbol("Arn")) },
    }];
    let text = write(&unit).expect("a template");
    let (_, after) = text.split_once("\"Zone\":{").expect("the resource");
    let (_, properties) = after.split_once("\"Properties\":").expect("properties");
    properties.strip_suffix("}}}").expect("the last resource").to_owned()
}

fn refused(unit: &Unit, code: tonnage_base::Code) {
    let problems = write(unit).expect_err("refused");
    assert!(problems.iter().any(|p| p.diagnostic.code == code), "{problems:?}");
    assert!(problems.iter().all(|p| p.diagnostic.help.is_some()), "{problems:?}");
}

#[test]
fn a_template_is_one_canonical_text() {
    let mut vpc =
        member("network.default.vpc", "Vpc", "AWS::EC2::VPC", r#"{"CidrBlock":"10.0.0.0/16","EnableDnsSupport":true}"#);
    vpc.retain_on_delete = true;
    let mut nodes = member(
        "pool.chat.nodes[\"use2-az1\"]",
        "Nodes",
        "AWS::AutoScaling::AutoScalingGroup",
        r#"{"MaxSize":"24","MinSize":"8"}"#,
    );
    nodes.holds = Some(Holds {
        shape: symbol("p5en.48xlarge"),
        zone: Some(symbol("use2-az1")),
        nodes: 8,
        market: Market::Reserved,
        reserves_only: false,
    });
    nodes.depends_on = vec![symbol("network.default.vpc"), symbol("network.other.vpc")];
    let mut unit = unit(vec![nodes, vpc]);
    unit.outputs = vec![UnitOutput {
        name: symbol("VpcId"),
        reference: Reference { address: symbol("network.default.vpc"), attribute: Some(symbol("VpcId")) },
    }];
    assert_eq!(
        write(&unit).expect("a template"),
        concat!(
            r#"{"AWSTemplateFormatVersion":"2010-09-09","#,
            r#""Metadata":{"Tonnage":{"Version":1,"Fleet":"serving","Unit":"serving-network"}},"#,
            r#""Resources":{"Vpc":{"Type":"AWS::EC2::VPC","DeletionPolicy":"Retain","UpdateReplacePolicy":"Delete","#,
            r#""Metadata":{"Tonnage":{"Address":"network.default.vpc","Retain":"delete","Outputs":"1a9f488f"}},"#,
            r#""Properties":{"CidrBlock":"10.0.0.0/16","EnableDnsSupport":true}},"#,
            r#""Nodes":{"Type":"AWS::AutoScaling::AutoScalingGroup","DependsOn":["Vpc"],"#,
            r#""Metadata":{"Tonnage":{"Address":"pool.chat.nodes[\"use2-az1\"]","#,
            r#""DependsOn":["network.default.vpc","network.other.vpc"],"#,
            r#""Holds":{"Shape":"p5en.48xlarge","Zone":"use2-az1","Nodes":8,"Market":"reserved"}}},"#,
            r#""Properties":{"MaxSize":"24","MinSize":"8"}}},"#,
            r#""Outputs":{"VpcId":{"Value":{"Fn::GetAtt":["Vpc","VpcId"]}}}}"#,
        )
    );
}

#[test]
fn references_become_functions_and_parameters() {
    let check = |body, expected| assert_eq!(properties(body), expected);
    check(r#"{"V":{"$ref":"network.default.vpc"}}"#, r#"{"V":{"Ref":"Vpc"}}"#);
    check(r#"{"V":{"$ref":"network.default.vpc","$att":"CidrBlock"}}"#, r#"{"V":{"Fn::GetAtt":["Vpc","CidrBlock"]}}"#);
    check(r#"{"V":{"$ref":"pool.x.role","$att":"Arn"}}"#, r#"{"V":{"Ref":"Role"}}"#);
    check(
        r#"{"V":{"$join":["a/",{"$ref":"network.default.vpc"},"/",{"$ref":"network.default.vpc","$att":"Arn"},{"$ref":"pool.x.role","$att":"Arn"}]}}"#,
        r#"{"V":{"Fn::Sub":"a/${Vpc}/${Vpc.Arn}${Role}"}}"#,
    );
}

#[test]
fn text_keeps_what_it_says() {
    let check = |body, expected| assert_eq!(properties(body), expected);
    check(r#"{"V":"${HOME}"}"#, r#"{"V":"${HOME}"}"#);
    check(r#"{"V":"com.amazonaws.${AWS::Region}.s3"}"#, r#"{"V":{"Fn::Sub":"com.amazonaws.${AWS::Region}.s3"}}"#);
    check(
        r#"{"V":{"$join":["echo ${HOME} ${AWS::Region} ",{"$ref":"network.default.vpc"}]}}"#,
        r#"{"V":{"Fn::Sub":"echo ${!HOME} ${AWS::Region} ${Vpc}"}}"#,
    );
    check(
        r#"{"V":{"$join":["echo ${#HOME} ${AWS::Region} ",{"$ref":"network.default.vpc"}]}}"#,
        r##"{"V":{"Fn::Join":["",["echo ${#HOME} ",{"Ref":"AWS::Region"}," ",{"Ref":"Vpc"}]]}}"##,
    );
    check(r#"{"V":12345678901234567}"#, r#"{"V":12345678901234567}"#);
    check(r#"{"V":{"$number":"0.12345678901234567890123"}}"#, r#"{"V":0.12345678901234567890123}"#);
}

#[test]
fn waiting_for_what_is_referred_to_is_said_once() {
    let mut subnet =
        member("network.default.zone", "Zone", "AWS::EC2::Subnet", r#"{"VpcId":{"$ref":"network.default.vpc"}}"#);
    subnet.depends_on = vec![symbol("network.default.vpc")];
    let text = write(&unit(vec![member("network.default.vpc", "Vpc", "AWS::EC2::VPC", "{}"), subnet])).expect("ok");
    assert!(!text.contains(r#""DependsOn":["Vpc"]"#), "{text}");
    assert!(text.contains(r#""DependsOn":["network.default.vpc"]"#), "{text}");
}

#[test]
fn a_parameter_with_another_meaning_changes_a_resource() {
    let text = |address: &str| {
        let body = format!(r#"{{"V":{{"$ref":"{address}"}}}}"#);
        let mut unit = unit(vec![member("pool.a.nodes", "Nodes", "AWS::EC2::Subnet", &body)]);
        unit.parameters = vec![Parameter {
            name: symbol("P"),
            from: Giver::Unit { unit: UnitId(0), output: symbol("P") },
            reference: Reference { address: symbol(address), attribute: None },
        }];
        let text = write(&unit).expect("a template");
        text.split_once("\"Resources\"").expect("resources").1.to_owned()
    };
    assert_ne!(text("network.old.vpc"), text("network.new.vpc"));
}

#[test]
fn an_output_more_changes_a_resource() {
    let mut unit = unit(vec![member("network.default.vpc", "Vpc", "AWS::EC2::VPC", "{}")]);
    let resources = |text: String| {
        let (_, resources) = text.split_once("\"Resources\":").expect("resources");
        resources.split(",\"Outputs\":{").next().expect("one at least").trim_end_matches('}').to_owned()
    };
    let before = resources(write(&unit).expect("a template"));
    unit.outputs = vec![UnitOutput {
        name: symbol("VpcId"),
        reference: Reference { address: symbol("network.default.vpc"), attribute: None },
    }];
    assert_ne!(before, resources(write(&unit).expect("a template")));
}

#[test]
fn what_a_template_can_not_hold_is_refused() {
    let one = |body: &str| unit(vec![member("resource.a", "A", "AWS::EC2::VPC", body)]);
    // No golden case can show it: the whole text is compared here.
    let [stray] = &write(&one(r#"{"V":{"$ref":"resource.b"}}"#)).expect_err("refused")[..] else {
        panic!("one problem")
    };
    assert_eq!((stray.diagnostic.code, stray.address), (cloud::T0771, Some(symbol("resource.a"))));
    assert_eq!(
        stray.diagnostic.message,
        "`resource.a` (AWS::EC2::VPC) refers to `resource.b`, which is neither in its unit nor among the unit's parameters"
    );
    let help = "this is a mistake of the compiler: please report it with the plan";
    assert_eq!(stray.diagnostic.help.as_deref(), Some(help));
    refused(&one(r#"{"V":{"Ref":"B"}}"#), cloud::T0772);
    refused(&one(r#"{"V":{"Fn::ImportValue":"B"}}"#), cloud::T0772);
    refused(&one(r#"{"V":[null]}"#), cloud::T0774);
    refused(&one("[]"), cloud::T0774);
    refused(&one("{"), cloud::T0774);
    assert!(write(&one(r#"{"V":{"Fn::Base64":"x"},"W":{"Ref":"a","Other":"b"}}"#)).is_ok());
}

/// A tree of which a body is made.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
    Local(usize, Option<String>),
    Other(usize, Option<String>),
    Secret(&'static str),
    Join(Vec<Tree>),
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "",
        "a",
        "arn:aws:",
        "${",
        "}",
        "$",
        "{",
        "!",
        "${HOME}",
        "${!x}",
        "${AWS::Region}",
        "${AWS::Account Id}",
        "\"",
        "\\",
        "\n",
        "\u{1}",
        "é",
        "AWS::",
        ":-",
        ".",
        "${a.b}",
        "$ref",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn attribute() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(vec!["Arn".to_owned(), "Endpoint.Address".to_owned()]))
}

fn leaf() -> impl Strategy<Value = Tree> {
    let reference = || {
        prop_oneof![
            (0..3_usize, attribute()).prop_map(|(i, a)| Tree::Local(i, a)),
            (0..3_usize, attribute()).prop_map(|(i, a)| Tree::Other(i, a)),
            prop::sample::select(vec!["aws-secretsmanager://prod/api", "aws-secretsmanager://a#k"])
                .prop_map(Tree::Secret),
        ]
    };
    prop_oneof![
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(Tree::Number),
        text().prop_map(Tree::Text),
        reference(),
        prop::collection::vec(prop_oneof![text().prop_map(Tree::Text), reference()], 0..5).prop_map(Tree::Join),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            prop::collection::vec((key(), inner), 0..4).prop_map(Tree::Map),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["Name", "Value", "$ref", "$join", "Fn::Base64", "Condition", "Tags", "\"q"])
        .prop_map(str::to_owned)
}

fn local_address(i: usize) -> Symbol {
    symbol(&format!("pool.chat.nodes[\"{i}\"]"))
}

fn other_address(i: usize) -> Symbol {
    symbol(&format!("network.default.{i}"))
}

fn store(tree: &Tree, values: &mut Values) -> ValueId {
    let reference =
        |address, attribute: &Option<String>| Reference { address, attribute: attribute.as_deref().map(symbol) };
    match tree {
        Tree::Bool(b) => values.bool(*b),
        Tree::Number(n) => values.number(symbol(&n.to_string())),
        Tree::Text(t) => values.string(symbol(t)),
        Tree::Local(i, attribute) => values.reference(reference(local_address(*i), attribute)),
        Tree::Other(i, attribute) => values.reference(reference(other_address(*i), attribute)),
        Tree::Secret(address) => values.reference(reference(symbol(address), &None)),
        Tree::List(items) | Tree::Join(items) => {
            let ids: Vec<ValueId> = items.iter().map(|item| store(item, values)).collect();
            if matches!(tree, Tree::Join(_)) { values.join(&ids) } else { values.list(&ids) }
        }
        Tree::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().map(|(k, v)| (symbol(k), store(v, values))).collect();
            values.map(&mut entries)
        }
    }
}

/// The template of a drawn unit. A body that CloudFormation would read as a function is drawn once in a long while, and
/// refused.
pub(crate) fn written(templates: &Templates, unit: &Unit) -> Result<String, TestCaseError> {
    templates.document(unit).map_err(|problems| {
        assert!(problems.iter().all(|problem| problem.diagnostic.code.id == "T0772"), "{problems:?}");
        TestCaseError::reject("a function")
    })
}

/// Resources of a unit, and the unit: three members, whose names are as long as the bound allows.
pub(crate) fn units() -> impl Strategy<Value = (Values, Vec<Resource>, Unit)> {
    let shape = (
        prop::collection::vec(("[A-Z][a-z]{1,8}", tree()), 0..4),
        any::<(bool, bool, bool, bool)>(),
        prop::option::of((0..10_000_u32, any::<bool>(), any::<bool>())),
        prop::collection::vec(0..6_usize, 0..3),
    );
    prop::collection::vec(shape, 3).prop_map(|shapes| {
        let mut values = Values::new();
        let mut resources = Vec::new();
        let mut members = Vec::new();
        let mut wanted: Vec<Reference> = Vec::new();
        let site = Site { cloud: symbol("aws"), region: symbol("us-east-2") };
        for (i, (entries, (on_delete, on_replace, delete_first, in_batches), holds, waits)) in
            shapes.into_iter().enumerate()
        {
            let body = store(&Tree::Map(entries), &mut values);
            let address = local_address(i);
            let bound = local_name_bound(address);
            let mut depends_on: Vec<Symbol> = Vec::new();
            for w in waits {
                let other = if w < 3 { local_address(w) } else { other_address(w - 3) };
                if other != address && !depends_on.contains(&other) {
                    depends_on.push(other);
                }
            }
            let holds = holds.map(|(nodes, reserves_only, zoned)| Holds {
                shape: symbol("p5.48xlarge"),
                zone: zoned.then(|| symbol("us-east-2-az1")),
                nodes,
                market: Market::OnDemand,
                reserves_only,
            });
            wanted.extend(values.references(body).into_iter().filter(|r| r.address.as_str().starts_with("network")));
            let processes = ["\"AZRebalance\""; 60].join(",");
            let policy = format!(r#"{{"AutoScalingRollingUpdate":{{"SuspendProcesses":[{processes}]}}}}"#);
            let update_policy = in_batches.then(|| symbol(&policy));
            let disposal = |retain| if retain { Disposal::Retain } else { Disposal::Delete };
            members.push(Member {
                address,
                local_name: symbol(&format!("L{i}{}", "x".repeat(bound - 2))),
                kind: symbol("AWS::EC2::Thing"),
                body: values.to_json(body),
                depends_on: depends_on.clone(),
                retain_on_delete: on_delete,
                retain_on_replace: on_replace,
                delete_first,
                update_policy,
                holds,
            });
            resources.push(Resource {
                address,
                kind: symbol("AWS::EC2::Thing"),
                body,
                site,
                scope: symbol("pool.chat"),
                depends_on,
                lifecycle: std::sync::Arc::new(Lifecycle {
                    on_delete: disposal(on_delete),
                    on_replace: disposal(on_replace),
                    update_policy,
                    order: if delete_first { ReplaceOrder::DeleteFirst } else { ReplaceOrder::CreateFirst },
                    ..Lifecycle::default()
                }),
                holds,
                declared: None,
                live: None,
            });
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut unit = unit(members);
        unit.parameters = wanted
            .into_iter()
            .enumerate()
            .map(|(i, reference)| {
                let name = symbol(&format!("P{i:02}{}", "x".repeat(parameter_name_bound(reference) - 3)));
                Parameter { name, from: Giver::Unit { unit: UnitId(0), output: name }, reference }
            })
            .collect();
        unit.outputs = (0..3)
            .flat_map(|i| {
                let name = "x".repeat(local_name_bound(local_address(i)) - 2);
                [(format!("O{i}{name}"), None), (format!("A{i}{name}"), Some(symbol("LatestVersionNumber")))].map(
                    |(name, attribute)| UnitOutput {
                        name: symbol(&name),
                        reference: Reference { address: local_address(i), attribute },
                    },
                )
            })
            .collect();
        (values, resources, unit)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_template_is_never_larger_than_foretold((values, resources, unit) in units()) {
        let templates = Templates::new(symbol("serving"), LIMITS);
        let text = written(&templates, &unit)?;
        let bound = templates.base_size()
            + resources.iter().map(|r| templates.size_bound(r, &values)).sum::<usize>();
        prop_assert!(text.len() <= bound, "{} > {bound}: {text}", text.len());
        // A bound that is far off would cut units needlessly.
        prop_assert!(bound <= text.len() * 3 + 3000, "{} against {bound}: {text}", text.len());
    }
}
