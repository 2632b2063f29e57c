//! The fleet's own resources: where they are built, what they may refer to, and what is refused.

use tonnage_base::codes::lower as codes;

use super::{fleet, lower};

const VPC: &str = r#"
resource "AWS::EC2::VPC" "main" {
  body = {
    CidrBlock = "10.9.0.0/16"
  }
}
"#;

#[test]
fn a_resource_is_built_at_the_only_site_there_is() {
    let world = lower(&fleet(VPC)).right();
    let vpc = world.resource("resource.main");
    assert_eq!((vpc.site.cloud.as_str(), vpc.site.region.as_str()), ("aws", "us-east-2"));
    assert_eq!(vpc.scope.as_str(), "resource");
    assert_eq!(world.sources.text(vpc.declared.unwrap()), r#"resource "AWS::EC2::VPC" "main""#);
}

#[test]
fn for_each_makes_one_for_each_key_and_others_refer_to_it_by_key() {
    let world = lower(&fleet(
        r#"
locals {
  ranges = { a = "10.1.0.0/16", b = "10.2.0.0/16" }
}
resource "AWS::EC2::VPC" "main" {
  for_each = local.ranges
  body = {
    CidrBlock = each.value
    Tags      = [{ Key = "Name", Value = "vpc-${each.key}" }]
  }
}
resource "AWS::EC2::Subnet" "all" {
  for_each = resource.main
  body = {
    VpcId     = each.value.ref
    CidrBlock = cidrsubnet(local.ranges[each.key], 8, 1)
  }
}
resource "AWS::EC2::Subnet" "one" {
  depends_on = [resource.main]
  body = {
    VpcId     = resource.main["b"].ref
    CidrBlock = "10.2.9.0/24"
    Tags      = [{ Key = "of", Value = "in ${resource.main["a"].ref}" }]
  }
}
"#,
    ))
    .right();
    assert_eq!(world.text("resource.main[\"a\"]", "CidrBlock"), "\"10.1.0.0/16\"");
    assert_eq!(world.text("resource.main[\"b\"]", "Tags[0].Value"), "\"vpc-b\"");
    assert_eq!(world.text("resource.all[\"b\"]", "VpcId"), "ref(resource.main[\"b\"])");
    assert_eq!(world.text("resource.all[\"b\"]", "CidrBlock"), "\"10.2.1.0/24\"");
    assert_eq!(world.text("resource.one", "Tags[0].Value"), "join(\"in \", ref(resource.main[\"a\"]))");
    let waits: Vec<_> = world.resource("resource.one").depends_on.iter().map(|a| a.as_str()).collect();
    assert_eq!(waits, ["resource.main[\"a\"]", "resource.main[\"b\"]"]);
}

#[test]
fn a_misspelt_property_is_shown_at_its_name_with_a_mend() {
    let world = lower(&fleet(&VPC.replace("CidrBlock", "CidrBlok")));
    let (found, place) = world.only(codes::T0513);
    assert_eq!(place, "CidrBlok");
    assert_eq!(found.message, "AWS::EC2::VPC has no property `CidrBlok`");
    assert_eq!(found.suggestions.first().unwrap().replacement, "CidrBlock");
}

#[test]
fn an_unknown_attribute_is_refused_with_those_there_are() {
    let world = lower(&fleet(&format!("{VPC}\noutput \"x\" {{\n  value = resource.main.att.VpcIdd\n}}\n")));
    let [found] = world.diagnostics.as_slice() else { panic!("{:#?}", world.diagnostics) };
    assert!(found.help.as_ref().unwrap().contains("`VpcId`"), "{found:#?}");
}

#[test]
fn one_mistake_in_a_for_each_is_said_once() {
    let world = lower(&fleet(
        r#"
resource "AWS::EC2::VPC" "main" {
  for_each = [for n in range(100) : tostring(n)]
  body = {
    CidrBlock = "10.0.0.0/16"
    Tags      = { n = each.key }
  }
}
"#,
    ));
    let (found, place) = world.only(codes::T0514);
    assert!(found.message.contains("`Tags`"), "{found:#?}");
    assert_eq!(place, "{ n = each.key }");
}

#[test]
fn only_texts_differ_and_yet_a_missing_one_is_found() {
    // every body after the first is like it but for its texts: the one whose key is null must still be refused
    let world = lower(&fleet(
        r#"
resource "AWS::EC2::Subnet" "s" {
  for_each = { a = "vpc-1", b = "vpc-2", c = null }
  body = {
    VpcId     = each.value
    CidrBlock = "10.0.0.0/24"
  }
}
"#,
    ));
    assert!(world.only(codes::T0516).0.message.contains("VpcId"));
}

#[test]
fn what_is_not_made_can_t_be_referred_to_and_a_condition_makes_it_right() {
    let text = r#"
resource "AWS::EC2::VPC" "main" {
  when = false
  body = { CidrBlock = "10.9.0.0/16" }
}
resource "AWS::EC2::VPC" "other" {
  body = {
    CidrBlock = "10.8.0.0/16"
    Tags      = [{ Key = "peer", Value = resource.main.ref }]
  }
}
"#;
    let world = lower(&fleet(text));
    let (found, place) = world.only(codes::T0506);
    assert_eq!(place, "resource.main.ref");
    assert_eq!(world.sources.text(found.secondary.first().unwrap().span), "false");
    lower(&fleet(&text.replace("Value = resource.main.ref", "Value = false ? resource.main.ref : \"none\""))).right();
}

#[test]
fn several_regions_ask_for_one() {
    let text = fleet(VPC).replace("[\"us-east-2\"]", "[\"us-east-2\", \"us-west-2\"]");
    let world = lower(&text);
    let (found, _) = world.only(codes::T0508);
    assert!(found.help.as_ref().unwrap().contains("region = \"us-east-2\""), "{found:#?}");
    let world = lower(&text.replace("  body", "  region = \"us-wst-2\"\n  body"));
    let (found, place) = world.only(codes::T0508);
    assert_eq!(place, "\"us-wst-2\"");
    assert!(found.help.as_ref().unwrap().contains("did you mean `\"us-west-2\"`"), "{found:#?}");
}

#[test]
fn pools_networks_and_outputs_are_seen() {
    let world = lower(&fleet(
        r#"
pool "p" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.node
  size {
    gpus = 12
  }
  option "o" {
    cloud  = cloud.aws
    region = "us-east-2"
    shape  = "p5en.48xlarge"
    buy {
      on_demand = "rest"
    }
  }
}
resource "AWS::EC2::InternetGateway" "tagged" {
  body = { Tags = [{ Key = "gpus", Value = "${pool.p.gpus}" }] }
}
resource "AWS::EC2::Route" "out" {
  body = {
    RouteTableId         = network.default.route_table
    DestinationCidrBlock = "0.0.0.0/0"
    GatewayId            = resource.out_gateway.ref
  }
}
resource "AWS::EC2::InternetGateway" "out_gateway" {
}
output "gpus" {
  value = pool.p.placed_gpus
}
output "vpc" {
  value = network.default.vpc
}
"#,
    ))
    .right();
    assert_eq!(world.text("resource.out", "RouteTableId"), "ref(network.default.routes[\"aws/us-east-2\"])");
    let outputs: Vec<_> = world.lowered.outputs.iter().map(|(name, value)| (name.as_str(), value.is_some())).collect();
    assert_eq!(outputs, [("gpus", true), ("vpc", false)], "an identifier is known only after apply");
}

#[test]
fn a_lowering_of_the_fleet_that_makes_one_address_twice_is_refused() {
    let world = lower(&fleet(
        r#"
lowering "pool" "aws" {
  resource "AWS::EC2::PlacementGroup" "near" {
    for_each = ["a", "spot/a"]
    body     = { Strategy = "cluster" }
  }
}
pool "p" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  size {
    nodes = 4
  }
  option "o" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5en.48xlarge"
    buy {
      on_demand = 2
      spot      = "rest"
    }
  }
}
"#,
    ));
    let (found, _) = world.only(codes::T0505);
    assert!(found.message.contains("near[\"use2-az1/spot/a\"]"), "{found:#?}");
}
