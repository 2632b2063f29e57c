//! What the standard library makes on AWS.

use tonnage_base::Market;
use tonnage_graph::Disposal;

use super::{fleet, lower};

fn pool(shape: &str, accelerator: &str, region: &str, fabric: &str) -> String {
    format!(
        r#"
fleet "demo" {{
  language = 1
}}
cloud "aws" {{
  account = "111122223333"
  regions = ["{region}"]
}}
image "node" {{
  aws = {{ ami = "ami-0f3c8e2d41b7a9650" }}
}}
pool "p" {{
  purpose     = "training"
  accelerator = "{accelerator}"
  image       = image.node
  size {{
    nodes = 4
  }}
  fabric {{
    kind = "{fabric}"
  }}
  option "o" {{
    cloud  = cloud.aws
    region = "{region}"
    shape  = "{shape}"
    buy {{
      on_demand = "rest"
    }}
  }}
}}
"#
    )
}

/// Card, device and type of each interface of a pool's launch template.
fn interfaces(shape: &str, accelerator: &str, region: &str, fabric: &str) -> Vec<(String, String, String)> {
    let world = lower(&pool(shape, accelerator, region, fabric)).right();
    let template = world.addresses().into_iter().find(|a| a.starts_with("pool.p.o.template[")).unwrap();
    let list = world.find(template, "LaunchTemplateData.NetworkInterfaces").unwrap();
    let count = world.values.items(list).len();
    let at = |index: usize, name: &str| {
        world.text(template, &format!("LaunchTemplateData.NetworkInterfaces[{index}].{name}"))
    };
    (0..count).map(|i| (at(i, "NetworkCardIndex"), at(i, "DeviceIndex"), at(i, "InterfaceType"))).collect()
}

#[test]
fn launch_templates_have_the_exact_interfaces_of_their_shapes() {
    let b300 = interfaces("p6-b300.48xlarge", "nvidia-b300", "us-west-2", "rdma");
    for (shape, accelerator, region, count) in [
        ("p5.48xlarge", "nvidia-h100", "us-east-2", 33),
        ("p5en.48xlarge", "nvidia-h200", "us-east-2", 17),
        ("p6-b200.48xlarge", "nvidia-b200", "us-east-2", 9),
    ] {
        let found = interfaces(shape, accelerator, region, "rdma");
        assert_eq!(found.len(), count, "{shape}");
        let text = |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), format!("\"{c}\""));
        assert_eq!(found.first().cloned(), Some(text(("0", "0", "interface"))), "{shape}");
        assert_eq!(found.get(1).cloned(), Some(text(("0", "1", "efa-only"))), "{shape}: EFA is second on card 0");
        assert_eq!(found.get(2).cloned(), Some(text(("1", "0", "efa-only"))), "{shape}");
    }
    assert_eq!(b300.len(), 17);
    let on_card_0: Vec<_> = b300.iter().filter(|(card, ..)| card == "0").collect();
    assert_eq!(on_card_0.len(), 1, "card 0 carries no EFA");
    assert_eq!(on_card_0.first().unwrap().2, "\"interface\"");
    assert!(b300.iter().skip(1).all(|(_, device, kind)| device == "0" && kind == "\"efa-only\""));
    assert_eq!(interfaces("g6e.48xlarge", "nvidia-l40s", "us-east-2", "none").len(), 1);
}

#[test]
fn a_network_has_one_subnet_for_each_zone_in_use_and_zones_keep_their_range() {
    let one = lower(&pool("p5.48xlarge", "nvidia-h100", "us-east-2", "rdma")).right();
    let network = |name: &str| format!("network.default.{name}");
    let mut found: Vec<_> = one.addresses().into_iter().filter(|a| a.starts_with("network.")).collect();
    found.sort_unstable();
    let site = "[\"aws/us-east-2\"]";
    for name in ["vpc", "routes", "s3", "nodes", "efa", "efa_in", "efa_out", "efa_any"] {
        assert!(found.contains(&network(&format!("{name}{site}")).as_str()), "{name}: {found:?}");
    }
    assert_eq!(one.text(&network(&format!("vpc{site}")), "CidrBlock"), "\"10.0.0.0/16\"");
    let second = network("subnet[\"aws/us-east-2/use2-az2\"]");
    if one.addresses().contains(&second.as_str()) {
        assert_eq!(one.text(&second, "CidrBlock"), "\"10.0.32.0/19\"");
    }
    let first = network("subnet[\"aws/us-east-2/use2-az1\"]");
    assert_eq!(one.text(&first, "CidrBlock"), "\"10.0.0.0/19\"");
    assert_eq!(one.text(&first, "VpcId"), format!("ref({})", network(&format!("vpc{site}"))));
    assert_eq!(one.resource(&first).scope.as_str(), "network.default");
    let ingress = network(&format!("efa_in{site}"));
    assert_eq!(one.text(&ingress, "SourceSecurityGroupId"), one.text(&ingress, "GroupId"));

    let plain = lower(&pool("p5.48xlarge", "nvidia-h100", "us-east-2", "none")).right();
    assert!(!plain.addresses().iter().any(|a| a.contains(".efa")), "no EFA rules where nothing needs RDMA");
    assert!(!plain.addresses().iter().any(|a| a.contains(".fabric")), "nor a placement group");
}

const CHAT: &str = r#"
capacity "floor" {
  kind  = "owned"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 8
}
pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.node
  labels      = { team = "serving" }
  size {
    nodes      = 12
    min        = 8
    max        = 24
    managed_by = "autoscaler"
  }
  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5en.48xlarge"
    buy {
      capacity  = capacity.floor
      spot      = "rest"
      max_price = "31.00 USD/node-hour"
    }
  }
}
"#;

#[test]
fn a_reserved_floor_with_spot_on_top() {
    let world = lower(&fleet(CHAT)).right();
    let slices = &world.placement.pools.first().unwrap().slices;
    let key = |market: Market| slices.iter().find(|s| s.market == market).unwrap().key;
    let (floor, spot) = (key(Market::Reserved), key(Market::Spot));
    let at = |name: &str, key: &str| format!("pool.chat.primary.{name}[\"{key}\"]");

    let template = at("template", floor.as_str());
    let target = "LaunchTemplateData.CapacityReservationSpecification";
    assert_eq!(
        world.text(&template, &format!("{target}.CapacityReservationPreference")),
        "\"capacity-reservations-only\""
    );
    assert_eq!(
        world.text(&template, &format!("{target}.CapacityReservationTarget.CapacityReservationResourceGroupArn")),
        "Arn(capacity.floor.group)"
    );
    assert_eq!(world.text(&template, "LaunchTemplateData.InstanceMarketOptions"), "absent");

    let template = at("template", spot.as_str());
    assert_eq!(
        world.text(&template, "LaunchTemplateData.InstanceMarketOptions"),
        r#"{MarketType = "spot", SpotOptions = {MaxPrice = "31", SpotInstanceType = "one-time"}}"#
    );
    assert_eq!(world.text(&template, target), "absent");

    let nodes = at("nodes", &format!("{floor}/001"));
    assert_eq!(world.text(&nodes, "DesiredCapacity"), "absent", "the autoscaler's");
    assert_eq!((world.text(&nodes, "MinSize"), world.text(&nodes, "MaxSize")), ("\"8\"".into(), "\"8\"".into()));
    let holds = world.resource(&nodes).holds.unwrap();
    assert_eq!((holds.nodes, holds.market, holds.reserves_only), (8, Market::Reserved, false));
    assert_eq!(holds.zone.unwrap().as_str(), "use2-az1");
    let nodes = at("nodes", &format!("{spot}/001"));
    assert_eq!((world.text(&nodes, "MinSize"), world.text(&nodes, "MaxSize")), ("\"0\"".into(), "\"16\"".into()));
    assert_eq!(world.text(&nodes, "NewInstancesProtectedFromScaleIn"), "false");
    assert_eq!(world.resource(&nodes).scope.as_str(), "pool.chat");
}

#[test]
fn owned_capacity_is_split_at_the_limit_and_retained() {
    let text = fleet(CHAT).replace("nodes = 8\n", "nodes = 2300\n");
    let world = lower(&text).right();
    let part = |n: u32| format!("capacity.floor.reservation[\"{n}\"]");
    let counts: Vec<_> = (1..=3).map(|n| world.text(&part(n), "InstanceCount")).collect();
    assert_eq!(counts, ["1000", "1000", "300"]);
    let reservation = world.resource(&part(3));
    assert_eq!(
        (reservation.lifecycle.on_delete, reservation.lifecycle.on_replace),
        (Disposal::Retain, Disposal::Retain)
    );
    let holds = reservation.holds.unwrap();
    assert!(holds.reserves_only);
    assert_eq!(holds.nodes, 300);
    assert_eq!(
        world.text("capacity.floor.group", "Resources"),
        format!(
            "[CapacityReservationArn({}), CapacityReservationArn({}), CapacityReservationArn({})]",
            part(1),
            part(2),
            part(3)
        )
    );
    assert_eq!(world.text(&part(1), "Tags"), "absent", "a changed tag would replace it");
    assert_eq!(world.text(&part(1), "TagSpecifications"), "absent");
    assert_eq!(world.text(&part(1), "EndDateType"), "\"unlimited\"");
}

#[test]
fn capacity_for_rdma_sits_in_a_placement_group_that_its_nodes_share() {
    let text = fleet(CHAT).replace(
        "  size {\n    nodes      = 12",
        "  fabric {\n    kind = \"rdma\"\n  }\n  size {\n    nodes      = 12",
    );
    let world = lower(&text).right();
    assert_eq!(
        world.text("capacity.floor.reservation[\"1\"]", "PlacementGroupArn"),
        "join(\"arn:aws:ec2:us-east-2:111122223333:placement-group/\", ref(capacity.floor.fabric))"
    );
    let slices = &world.placement.pools.first().unwrap().slices;
    let floor = slices.iter().find(|s| s.market == Market::Reserved).unwrap().key;
    let template = format!("pool.chat.primary.template[\"{floor}\"]");
    assert_eq!(world.text(&template, "LaunchTemplateData.Placement.GroupName"), "ref(capacity.floor.fabric)");
    assert_eq!(world.resource("capacity.floor.fabric").lifecycle.on_delete, Disposal::Retain);
}

#[test]
fn a_capacity_block_is_named_and_needs_no_placement_group() {
    let world = lower(&fleet(
        r#"
capacity "blocks" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 70
  ids     = { "cr-0a1b2c3d4e5f60001" = 64, "cr-0a1b2c3d4e5f60002" = 6 }
}
pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.node
  size {
    gpus = 560
  }
  fabric {
    kind = "rdma"
  }
  option "east" {
    cloud  = cloud.aws
    region = "us-east-2"
    buy {
      capacity = capacity.blocks
    }
  }
}
"#,
    ))
    .right();
    let slices = &world.placement.pools.first().unwrap().slices;
    assert_eq!(slices.len(), 2);
    for slice in slices {
        let template = format!("pool.pretrain.east.template[\"{}\"]", slice.key);
        let id = slice.reservation.unwrap();
        assert_eq!(
            world.text(&template, "LaunchTemplateData.CapacityReservationSpecification"),
            format!("{{CapacityReservationTarget = {{CapacityReservationId = {:?}}}}}", id.as_str())
        );
        assert_eq!(
            world.text(&template, "LaunchTemplateData.InstanceMarketOptions"),
            r#"{MarketType = "capacity-block"}"#
        );
        assert_eq!(world.text(&template, "LaunchTemplateData.Placement"), "absent");
        let nodes = format!("pool.pretrain.east.nodes[\"{}/001\"]", slice.key);
        assert_eq!(world.text(&nodes, "DesiredCapacity"), format!("\"{}\"", slice.nodes));
        assert_eq!(world.text(&nodes, "NewInstancesProtectedFromScaleIn"), "true");
    }
    assert!(!world.addresses().iter().any(|a| a.starts_with("capacity.")), "granted capacity is never made");
}

#[test]
fn names_are_left_to_the_cloud_so_that_a_replacement_never_collides() {
    let world = lower(&fleet(CHAT)).right();
    for (_, resource) in world.lowered.graph.iter() {
        for (key, _) in world.values.entries(resource.body) {
            // a resource group must have one
            let must = key == "ServiceName" || resource.kind == "AWS::ResourceGroups::Group";
            let named = key.as_str().ends_with("Name") && !must;
            assert!(!named, "{} sets {key}", resource.address);
        }
    }
}

#[test]
fn an_account_that_is_needed_is_asked_for_at_the_author_s_block() {
    let text = fleet(CHAT).replace("  account = \"111122223333\"\n", "").replace(
        "  size {\n    nodes      = 12",
        "  fabric {\n    kind = \"rdma\"\n  }\n  size {\n    nodes      = 12",
    );
    let world = lower(&text);
    let [found] = world.diagnostics.as_slice() else { panic!("{:#?}", world.diagnostics) };
    assert_eq!(world.sources.text(found.primary.as_ref().unwrap().span), "capacity \"floor\"");
    let line = found.secondary.first().unwrap().span;
    assert!(world.sources.place(line).starts_with("std:lowering/aws/capacity.fleet.hcl:"), "{found:#?}");
    assert_eq!(world.sources.text(line), "cloud.account");
}

#[test]
fn an_ultraserver_is_one_place_already() {
    let world = lower(
        &fleet(
            r#"
capacity "ultra" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use1-dfw2-az1"
  shape = "p6e-gb200.36xlarge"
  nodes = 36
  group = "arn:aws:resource-groups:us-east-1:111122223333:group/ultra"
}
pool "p" {
  purpose     = "training"
  accelerator = "nvidia-gb200"
  image       = image.node
  size {
    gpus = 144
  }
  fabric {
    kind = "rdma"
  }
  option "o" {
    cloud  = cloud.aws
    region = "us-east-1"
    buy {
      capacity = capacity.ultra
    }
  }
}
"#,
        )
        .replace("us-east-2", "us-east-1"),
    )
    .right();
    let groups: Vec<_> = world.addresses().into_iter().filter(|a| a.starts_with("pool.p.o.nodes[")).collect();
    assert_eq!(groups.len(), 2, "one group for each NVLink domain of 18 nodes: {groups:?}");
    assert!(!world.addresses().iter().any(|a| a.contains(".fabric")));
    let template = world.addresses().into_iter().find(|a| a.contains(".template[")).unwrap();
    assert_eq!(
        world.text(template, "LaunchTemplateData.CapacityReservationSpecification.CapacityReservationTarget"),
        r#"{CapacityReservationResourceGroupArn = "arn:aws:resource-groups:us-east-1:111122223333:group/ultra"}"#
    );
    // a local zone is none of the region's zones: it has the slot after them
    let local = "network.default.subnet[\"aws/us-east-1/use1-dfw2-az1\"]";
    assert_eq!(world.text(local, "CidrBlock"), "\"10.0.192.0/19\"");
}
