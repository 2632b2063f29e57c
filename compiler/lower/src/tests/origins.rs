//! From a native property back to the author's line.

use tonnage_base::Symbol;

use super::{World, fleet, lower};

const TRAIN: &str = r#"
network "wide" {
  cidr   = "10.32.0.0/16"
  labels = { cost = "research" }
}
pool "train" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.node
  network     = network.wide
  labels      = { team = "pretraining" }
  size {
    gpus = 64
  }
  fabric {
    kind = "rdma"
  }
  option "east" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    buy {
      on_demand = "rest"
    }
  }
}
"#;

fn author(world: &World, address: &str, path: &str) -> (String, String) {
    let line = world.lowered.author_lines(&world.intent, Symbol::new(address), path).unwrap().remove(0);
    (world.sources.text(line.span).to_owned(), line.text)
}

fn key(world: &World) -> Symbol {
    world.placement.pools.first().unwrap().slices.first().unwrap().key
}

#[test]
fn a_property_leads_to_the_line_that_decides_it() {
    let world = lower(&fleet(TRAIN)).right();
    let key = key(&world);
    let nodes = format!("pool.train.east.nodes[\"{key}/001\"]");
    let template = format!("pool.train.east.template[\"{key}\"]");
    let found = |address: &str, path: &str| author(&world, address, path).1;
    assert_eq!(author(&world, &nodes, "DesiredCapacity"), ("64".to_owned(), "size.gpus".to_owned()));
    assert_eq!(found(&nodes, "MaxSize"), "size.gpus");
    let labels = ("labels      = { team = \"pretraining\" }".to_owned(), "labels".to_owned());
    assert_eq!(author(&world, &nodes, "Tags[\"team\"]"), labels);
    assert_eq!(found(&template, "LaunchTemplateData.ImageId"), "image.aws");
    assert_eq!(found(&template, "LaunchTemplateData.InstanceType"), "accelerator");
    assert_eq!(found(&nodes, "VPCZoneIdentifier[0]"), "network");
    assert_eq!(found(&template, "LaunchTemplateData.InstanceMarketOptions"), "buy.on_demand");
    assert_eq!(found(&template, "LaunchTemplateData.MetadataOptions.HttpTokens"), "pool.train", "the lowering's own");
    assert_eq!(author(&world, "network.wide.vpc[\"aws/us-east-2\"]", "CidrBlock").0, "\"10.32.0.0/16\"");
    assert_eq!(found("network.wide.vpc[\"aws/us-east-2\"]", "Tags[\"cost\"]"), "network.labels");
}

#[test]
fn the_chain_goes_through_the_lowering() {
    let world = lower(&fleet(TRAIN)).right();
    let nodes = format!("pool.train.east.nodes[\"{}/001\"]", key(&world));
    let steps = world.lowered.origin(&world.intent, Symbol::new(&nodes), "DesiredCapacity");
    let shown: Vec<(String, &str)> =
        steps.iter().map(|step| (world.sources.place(step.span), step.text.as_str())).collect();
    let text: Vec<&str> = shown.iter().map(|(_, text)| *text).collect();
    assert_eq!(text.first(), Some(&"DesiredCapacity of resource nodes"));
    assert!(text.contains(&"for_each of resource nodes"), "{shown:?}");
    assert!(text.contains(&"size.gpus"), "{shown:?}");
    assert!(shown.first().unwrap().0.starts_with("std:lowering/aws/pool.fleet.hcl:"), "{shown:?}");
    assert!(shown.iter().any(|(place, _)| place.starts_with("main.fleet.hcl:")), "{shown:?}");
}

#[test]
fn bounds_lead_to_the_bounds() {
    let text = TRAIN.replace("gpus = 64", "gpus = 64\n min = 2\n max = 10\n managed_by = \"autoscaler\"");
    let world = lower(&fleet(&text.replace("\"training\"", "\"inference\""))).right();
    let nodes = format!("pool.train.east.nodes[\"{}/001\"]", key(&world));
    assert_eq!(author(&world, &nodes, "MinSize").1, "size.min");
    assert_eq!(author(&world, &nodes, "MaxSize").1, "size.max");
}

#[test]
fn a_resource_of_the_fleet_is_its_own_line() {
    let text = "resource \"AWS::EC2::VPC\" \"main\" {\n  body = {\n    CidrBlock = \"10.9.0.0/16\"\n  }\n}\n";
    let world = lower(&fleet(text)).right();
    let lines = world.lowered.author_lines(&world.intent, Symbol::new("resource.main"), "CidrBlock").unwrap();
    let line = lines.first().unwrap();
    assert_eq!(line.text, "resource main CidrBlock");
    assert_eq!(world.sources.text(line.span), "{\n    CidrBlock = \"10.9.0.0/16\"\n  }");
    assert_eq!(line.inside, [crate::path::Segment::Key(Symbol::new("CidrBlock"))], "the property's own way from there");
}
