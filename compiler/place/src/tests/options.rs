//! Which option is taken, why the others are not, and what they would cost.

use super::{RDMA, group, option, place, pool};

#[test]
fn a_gang_that_does_not_fit_its_block_falls_to_the_second_option() {
    let text = group("east", "use2-az1", "p5.48xlarge", 480, None)
        + &group("west", "usw2-az2", "p5.48xlarge", 523, None)
        + &pool(
            "training",
            "nvidia-h100",
            "gpus = 4096, spares = \"2%\"",
            &(RDMA.to_owned()
                + &option("a", "us-east-2", "", "capacity = capacity.east")
                + &option("b", "us-west-2", "", "capacity = capacity.west")
                + &option("c", "us-east-1", "", "")),
        );
    let world = place(&text).right();
    assert_eq!(world.slices(), ["b usw2-az2/west 523"]);
    assert_eq!(world.why("a"), "capacity_short: capacity.east holds 480 of 523 nodes: short by 43");
    assert_eq!(world.difference("a").as_deref(), Some("0"), "both are 523 nodes at the same list price");
    assert_eq!(world.why("c"), "not_needed: `b` takes the whole pool");
    let slice = world.only();
    assert_eq!(slice.reservation.map(|r| r.as_str()), Some("group/west"));
    assert_eq!(slice.price, None, "what a granted node costs is in a contract");
    let network = &world.placement.networks[slice.network];
    assert_eq!((network.region.as_str(), network.rdma), ("us-west-2", true));
}

#[test]
fn a_price_difference_is_of_the_whole_pool_at_list_prices() {
    let text = pool(
        "inference",
        "nvidia-h100",
        "nodes = 10",
        &(option("spot", "us-east-2", "zones = [\"use2-az1\"]\n    shape = \"p5.48xlarge\"", "spot = \"rest\"")
            + &option("list", "us-west-2", "shape = \"p5.48xlarge\"", "")),
    );
    let world = place(&text).right();
    assert_eq!(world.slices(), ["spot use2-az1/spot 10"]);
    // 10 × (55.04 − 13.4628)
    assert_eq!(world.difference("list").as_deref(), Some("415.772"));
}

#[test]
fn without_a_price_the_difference_is_unknown() {
    let text = group("old", "use2-az1", "p5e.48xlarge", 4, None)
        + &pool(
            "inference",
            "nvidia-h200",
            "nodes = 4",
            &(option("a", "us-east-2", "", "capacity = capacity.old") + &option("b", "us-east-2", "", "")),
        );
    let world = place(&text).right();
    assert_eq!(world.slices(), ["a use2-az1/old 4"]);
    assert_eq!(world.difference("b"), None, "p5e has no list price on demand");
    let spot = pool(
        "inference",
        "nvidia-h200",
        "nodes = 1",
        &option("a", "us-east-2", "zones = [\"use2-az2\"]\n    shape = \"p5e.48xlarge\"", "spot = 1"),
    );
    assert_eq!(place(&spot).right().p().slices.len(), 1);
}

#[test]
fn a_shape_is_bought_only_as_it_is_sold() {
    let h200 = |attributes: &str, buy: &str| {
        place(&pool("inference", "nvidia-h200", "nodes = 2", &option("a", "us-east-2", attributes, buy)))
    };
    let world = h200("", "").right();
    assert!(world.p().slices.iter().all(|s| world.shape(s) == "p5en.48xlarge"), "p5e is not sold on demand");
    let (said, labels) = h200("shape = \"p5e.48xlarge\"", "").said();
    assert_eq!(said, "T0401: pool `p` does not fit its option `a`");
    assert_eq!(labels, ["a: p5e.48xlarge is not sold on demand, only as spot, capacity-block and training-plan"]);
}

#[test]
fn the_way_out_fits_what_is_lacking() {
    let help = |text: &str| {
        let world = place(text);
        let [only] = world.said.as_slice() else { panic!("{:#?}", world.said) };
        only.help.clone().unwrap_or_default()
    };
    let of = |accelerator: &str, more: &str, option_says: &str| {
        help(&pool("inference", accelerator, &format!("nodes = 2\n{more}"), &option("a", "us-east-2", option_says, "")))
    };
    let not_there = of("nvidia-b300", "", "");
    assert_eq!(not_there, "let the option name a cloud, region and zones where it is offered");
    let not_so = of("nvidia-h200", "", "shape = \"p5e.48xlarge\"");
    assert!(not_so.starts_with("say in `buy` how it is sold"), "{not_so}");
    let two = option("a", "us-east-2", "", "") + &option("b", "us-east-2", "", "");
    let both = help(&pool("inference", "nvidia-b300", "nodes = 2", &two));
    assert_eq!(both, not_there, "what both lack is said once");
}

/// The label of the one option of a pool that fits nowhere.
fn lacks(accelerator: &str, more: &str, region: &str, attributes: &str) -> String {
    let text = pool("training", accelerator, "gpus = 16", &(more.to_owned() + &option("a", region, attributes, "")));
    let world = place(&text);
    let (said, labels) = world.said();
    assert!(said.starts_with("T0401"), "{said}");
    assert_eq!(labels, [format!("a: {}", world.rejected("a").text)]);
    assert_eq!(world.p().rejected[0].price_difference, None);
    world.why("a")
}

#[test]
fn a_size_in_nodes_means_whole_machines() {
    let of = |size: &str| {
        let text = pool("inference", "nvidia-h100", size, &option("o", "us-east-2", "zones = [\"use2-az1\"]", ""));
        let none = super::free("us-east-2", None, "p5.48xlarge", None, 0);
        super::place_with(&text, vec![none])
    };
    let world = of("gpus = 16").right();
    assert_eq!(
        (world.shape(world.only()), world.only().nodes),
        ("p5.4xlarge", 16),
        "as many GPUs, on smaller machines"
    );
    assert!(of("nodes = 2").why("o").starts_with("quota_short"), "two nodes of one GPU are not what is meant");
}

#[test]
fn what_a_shape_lacks_is_said() {
    assert_eq!(
        lacks("nvidia-gb200", "", "us-east-1", "zones = [\"use1-dfw2-az1\"]"),
        "not_sold: p6e-gb200.36xlarge is not sold on demand, only as capacity-block and training-plan"
    );
    assert_eq!(
        lacks("nvidia-gb300", "", "us-east-2", ""),
        "lacks_accelerator: no aws shape of the catalog has nvidia-gb300"
    );
    assert_eq!(
        lacks("nvidia-b300", "", "us-east-2", ""),
        "not_offered: p6-b300.48xlarge is not offered in us-east-2, only in us-west-2 and us-east-1"
    );
    assert_eq!(
        lacks("nvidia-h100", "  fabric {\n    min_gbps_per_gpu = 800\n  }\n", "us-east-2", "shape = \"p5.48xlarge\""),
        "lacks_fabric: p5.48xlarge has 400 Gbps a GPU, and the pool needs 800"
    );
    assert_eq!(
        lacks("nvidia-h100", "  fabric {\n    min_gbps_per_gpu = 800\n  }\n", "us-east-2", ""),
        "lacks_fabric: p5.4xlarge has 100 Gbps a GPU, and the pool needs 800; p5.48xlarge has 400 Gbps a GPU, and the pool needs 800"
    );
    assert_eq!(
        lacks("nvidia-b200", "  fabric {\n    nvlink_domain_min = 72\n  }\n", "us-east-2", ""),
        "lacks_fabric: p6-b200.48xlarge has NVLink domains of 8 GPUs, and the pool needs 72"
    );
    assert_eq!(
        lacks("nvidia-l40s", "  fabric {\n    nvlink_domain_min = 8\n  }\n", "us-east-2", ""),
        "lacks_fabric: g6e.48xlarge has no NVLink, and the pool needs domains of 8 GPUs"
    );
}

#[test]
fn an_option_without_a_region_takes_the_first_that_holds_it() {
    let anywhere = |accelerator: &str| {
        let option = "  option \"o\" {\n    cloud = cloud.aws\n  }\n";
        let world = place(&pool("training", accelerator, "nodes = 2", &(RDMA.to_owned() + option))).right();
        world.only().region.as_str()
    };
    assert_eq!(anywhere("nvidia-b200"), "us-east-2");
    assert_eq!(anywhere("nvidia-b300"), "us-west-2", "us-east-2 does not offer it");
}

#[test]
fn an_option_without_a_region_goes_where_its_capacity_is() {
    let text = group("west", "usw2-az2", "p5.48xlarge", 2, None)
        + &pool(
            "inference",
            "nvidia-h100",
            "nodes = 5",
            "  option \"o\" {\n    cloud = cloud.aws\n    buy {\n      capacity = capacity.west\n      on_demand = \"rest\"\n    }\n  }\n",
        );
    let world = place(&text).right();
    assert_eq!(world.slices()[0], "o usw2-az2/west 2");
    assert!(world.p().slices.iter().all(|s| s.region == "us-west-2" && world.shape(s) == "p5.48xlarge"));
}

#[test]
fn zones_without_a_region_are_looked_for_in_their_own() {
    let text = pool(
        "inference",
        "nvidia-h100",
        "nodes = 2",
        "  option \"o\" {\n    cloud = cloud.aws\n    zones = [\"usw2-az3\"]\n  }\n",
    );
    let world = place(&text).right();
    assert_eq!((world.only().region.as_str(), world.only().zone.as_str()), ("us-west-2", "usw2-az3"));
}

#[test]
fn local_zones_are_used_only_where_one_is_named() {
    let in_zones = |zones: &str| {
        let world =
            place(&pool("inference", "nvidia-h100", "nodes = 14", &option("o", "us-east-1", zones, ""))).right();
        world.p().slices.iter().map(|s| s.zone.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(in_zones(""), ["use1-az1", "use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6"]);
    assert_eq!(in_zones("zones = [\"use1-atl2-az1\"]"), ["use1-atl2-az1"]);
}

#[test]
fn a_pool_without_a_gang_is_spread_over_zones_and_spills_over_options() {
    let text = pool(
        "inference",
        "nvidia-h100",
        "nodes = 12",
        &(option("a", "us-east-2", "zones = [\"use2-az1\", \"use2-az2\"]", "on_demand = 5")
            + &option("b", "us-west-2", "zones = [\"usw2-az1\"]", "on_demand = 4; spot = \"rest\"")
            + &option("c", "us-east-1", "", "")),
    );
    let world = place(&text).right();
    assert_eq!(world.slices(), ["a use2-az1 3", "a use2-az2 2", "b usw2-az1 4", "b usw2-az1/spot 3"]);
    assert_eq!(world.why("c"), "not_needed: `a` and `b` take the whole pool");
    assert_eq!(world.p().sizing.steps.last().unwrap(), "5 nodes from `a` + 7 nodes from `b`");
    // 12 × 55.04 − (9 × 55.04 + 3 × 16.5441)
    assert_eq!(world.difference("c").as_deref(), Some("115.4877"));
    let regions: Vec<&str> = world.placement.networks.iter().map(|n| n.region.as_str()).collect();
    assert_eq!(regions, ["us-east-2", "us-west-2"]);
}

#[test]
fn options_of_different_shapes_share_a_pool_in_gpus() {
    let text = pool(
        "inference",
        "nvidia-h100",
        "nodes = 3",
        &(option("big", "us-east-2", "shape = \"p5.48xlarge\"\n    zones = [\"use2-az1\"]", "on_demand = 2")
            + &option("small", "us-east-2", "shape = \"p5.4xlarge\"\n    zones = [\"use2-az1\"]", "")),
    );
    let world = place(&text).right();
    assert_eq!(world.slices(), ["big use2-az1 2", "small use2-az1 8"]);
    assert_eq!((world.p().sizing.units, world.p().sizing.nodes), (24, 10));
}

#[test]
fn a_pool_short_after_its_last_option_is_not_placed() {
    let text = pool(
        "inference",
        "nvidia-h100",
        "nodes = 10",
        &(option("a", "us-east-2", "shape = \"p5.48xlarge\"", "on_demand = 4")
            + &option("b", "us-west-2", "shape = \"p5.48xlarge\"", "on_demand = 2; spot = 1")),
    );
    let world = place(&text);
    let (said, labels) = world.said();
    assert_eq!(said, "T0402: pool `p` is short by 24 of 80 GPUs after its last option");
    assert_eq!(
        labels,
        [
            "a: holds 4 of 10 nodes: short by 6 (4 on demand in us-east-2)",
            "b: holds 3 of 6 nodes: short by 3 (2 on demand in us-west-2; 1 as spot in us-west-2)",
        ]
    );
    assert!(world.p().slices.is_empty() && world.placement.networks.is_empty());
}

#[test]
fn a_gang_lies_in_one_zone_where_one_holds_it() {
    let text = pool("training", "nvidia-h100", "nodes = 9", &option("o", "us-east-2", "", ""));
    assert_eq!(place(&text).right().slices(), ["o use2-az1 9"]);
}

#[test]
fn a_highest_price_is_for_spot_and_for_a_node() {
    let text = pool(
        "inference",
        "nvidia-h100",
        "nodes = 4",
        &option(
            "o",
            "us-east-2",
            "zones = [\"use2-az1\"]",
            "on_demand = 1; spot = \"rest\"; max_price = \"31.00 USD/node-hour\"",
        ),
    );
    let amounts = |world: &super::World| -> Vec<Option<String>> {
        world.p().slices.iter().map(|s| s.max_price.map(|m| m.amount.normalize().to_string())).collect()
    };
    let world = place(&text).right();
    assert_eq!(amounts(&world), [None, Some("31".to_owned())]);
    // a rate for a GPU is for all the GPUs of a node
    let mut intent = super::intent(&format!("{}{text}", super::HEAD));
    let buy = &mut intent.pools[tonnage_lang::intent::PoolId(0)].options[0].buy;
    buy.max_price.as_mut().unwrap().value.per = Some(tonnage_base::Symbol::new("gpu"));
    assert_eq!(amounts(&super::place_intent(intent, Vec::new())), [None, Some("248".to_owned())]);
}

#[test]
fn accelerators_are_tried_in_the_authors_order() {
    let of = |list: &str| {
        let world = place(&pool("training", list, "gpus = 64", &option("o", "us-east-2", "", ""))).right();
        world.shape(world.only())
    };
    assert_eq!(of("[\"nvidia-b200\", \"nvidia-h100\"]"), "p6-b200.48xlarge");
    assert_eq!(of("[\"nvidia-h100\", \"nvidia-b200\"]"), "p5.48xlarge");
    assert_eq!(of("[\"nvidia-gb300\", \"nvidia-h200\"]"), "p5en.48xlarge");
}
