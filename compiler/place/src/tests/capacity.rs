//! Reserved capacity: what is drawn from it, by which keys, and what several pools leave each other.

use super::{RDMA, World, group, ids, named_pool, option, place, pool};

#[test]
fn reserved_nodes_come_first_and_the_rest_is_of_the_same_shape() {
    let text = group("floor", "use2-az1", "p5en.48xlarge", 2, None)
        + &pool(
            "inference",
            "nvidia-h200",
            "nodes = 5",
            &option("o", "us-east-2", "zones = [\"use2-az1\"]", "capacity = capacity.floor; on_demand = \"rest\""),
        );
    let world = place(&text).right();
    assert_eq!(world.slices(), ["o use2-az1/floor 2", "o use2-az1 3"]);
    assert!(world.p().slices.iter().all(|s| world.shape(s) == "p5en.48xlarge"));
}

#[test]
fn each_reservation_is_a_slice_of_its_own() {
    let text = ids("blocks", "use2-az1", "p5.48xlarge", &[("cr-1", 64), ("cr-2", 64), ("cr-3", 11)])
        + &pool(
            "training",
            "nvidia-h100",
            "nodes = 100",
            &(RDMA.to_owned() + &option("o", "us-east-2", "", "capacity = capacity.blocks")),
        );
    assert_eq!(place(&text).right().slices(), ["o use2-az1/cr-1 64", "o use2-az1/cr-2 36"]);
}

#[test]
fn several_capacities_are_one_supply() {
    let capacities = group("a", "use2-az1", "p5.48xlarge", 4, None) + &group("b", "use2-az1", "p5.48xlarge", 4, None);
    let of = |nodes: u32| {
        let buys = option("o", "us-east-2", "", "capacity = [capacity.a, capacity.b]");
        place(
            &(capacities.clone()
                + &pool("training", "nvidia-h100", &format!("nodes = {nodes}"), &(RDMA.to_owned() + &buys))),
        )
    };
    assert_eq!(of(7).right().slices(), ["o use2-az1/a 4", "o use2-az1/b 3"]);
    let world = of(9);
    assert_eq!(
        world.why("o"),
        "capacity_short: holds 8 of 9 nodes: short by 1 (capacity.a holds 4; capacity.b holds 4)"
    );
}

#[test]
fn a_fabric_is_one_zone_and_other_pools_are_not_bound() {
    let capacities = group("a", "use2-az1", "p5.48xlarge", 4, None) + &group("b", "use2-az2", "p5.48xlarge", 6, None);
    let of = |nodes: u32, fabric: &str| {
        let buys = option("o", "us-east-2", "", "capacity = [capacity.a, capacity.b]");
        place(
            &(capacities.clone()
                + &pool("training", "nvidia-h100", &format!("nodes = {nodes}"), &(fabric.to_owned() + &buys))),
        )
    };
    assert_eq!(of(8, "").right().slices(), ["o use2-az1/a 4", "o use2-az2/b 4"]);
    assert_eq!(of(5, RDMA).right().slices(), ["o use2-az2/b 5"], "the first zone that holds the whole pool");
    assert_eq!(
        of(8, RDMA).why("o"),
        "capacity_short: holds 6 of 8 nodes: short by 2 (capacity.a lies in use2-az1, and a fabric does not reach from there to use2-az2; capacity.b holds 6)"
    );
    let rest = capacities.clone()
        + &pool(
            "training",
            "nvidia-h100",
            "nodes = 8",
            &(RDMA.to_owned() + &option("o", "us-east-2", "", "capacity = capacity.b; on_demand = \"rest\"")),
        )
        + &named_pool(
            "q",
            "training",
            "nvidia-h100",
            "nodes = 4",
            &option("o", "us-east-2", "", "capacity = capacity.a"),
        );
    assert_eq!(
        place(&rest).right().slices(),
        ["o use2-az2/b 6", "o use2-az2 2"],
        "what is bought lies beside what is reserved"
    );
}

#[test]
fn capacity_outside_the_zones_of_its_option_is_not_used() {
    let text = group("a", "use2-az1", "p5.48xlarge", 4, None)
        + &pool(
            "inference",
            "nvidia-h100",
            "nodes = 4",
            &option("o", "us-east-2", "zones = [\"use2-az2\", \"use2-az3\"]", "capacity = capacity.a"),
        );
    let world = place(&text);
    assert_eq!(world.why("o"), "not_offered: capacity.a lies in use2-az1, and the option allows use2-az2 and use2-az3");
}

#[test]
fn an_option_is_of_one_shape() {
    let text = group("a", "use2-az1", "p5e.48xlarge", 4, None)
        + &group("b", "use2-az1", "p5en.48xlarge", 4, None)
        + &pool(
            "inference",
            "nvidia-h200",
            "nodes = 8",
            &option("o", "us-east-2", "", "capacity = [capacity.a, capacity.b]"),
        );
    let (said, labels) = place(&text).said();
    assert_eq!(said, "T0402: pool `p` is short by 32 of 64 GPUs after its last option");
    assert!(
        labels[0].contains("capacity.b is of p5en.48xlarge, and an option is of one shape, here p5e.48xlarge"),
        "{labels:?}"
    );
}

fn sharing(first: &str, second: &str) -> World {
    let pool_of = |name: &str| {
        let buys = option("block", "us-east-2", "", "capacity = capacity.shared")
            + &option("list", "us-west-2", "zones = [\"usw2-az1\"]", "");
        named_pool(name, "training", "nvidia-h100", "nodes = 40", &buys)
    };
    place(&(pool_of(first) + &group("shared", "use2-az1", "p5.48xlarge", 64, None) + &pool_of(second))).right()
}

#[test]
fn two_pools_share_one_capacity_whatever_the_order_of_blocks() {
    for world in [sharing("p", "o"), sharing("o", "p")] {
        assert_eq!(world.slices_of("o"), ["block use2-az1/shared 40"]);
        assert_eq!(world.slices_of("p"), ["list usw2-az1 40"]);
        assert_eq!(
            world.why("block"),
            "capacity_short: capacity.shared holds 24 of 40 nodes: short by 16 (40 of its 64 are taken already)"
        );
    }
    let world = sharing("p", "o");
    assert_eq!(world.placement.pools[0].pool, tonnage_lang::intent::PoolId(0), "in order of the pools' ids");
}

#[test]
fn a_pool_that_fails_takes_nothing() {
    let text = group("shared", "use2-az1", "p5.48xlarge", 64, None)
        + &named_pool(
            "a",
            "inference",
            "nvidia-h100",
            "nodes = 70",
            &option("o", "us-east-2", "", "capacity = capacity.shared"),
        )
        + &named_pool(
            "b",
            "inference",
            "nvidia-h100",
            "nodes = 64",
            &option("o", "us-east-2", "", "capacity = capacity.shared"),
        );
    let world = place(&text);
    let (said, labels) = world.said();
    assert!(said.starts_with("T0402: pool `a` is short by 48 of 560 GPUs"), "{said}");
    assert_eq!(labels, ["o: capacity.shared holds 64 of 70 nodes: short by 6"]);
    assert_eq!(world.slices_of("b"), ["o use2-az1/shared 64"]);
}

#[test]
fn only_whole_domains_are_drawn() {
    let text = ids("ultra", "use1-dfw2-az1", "p6e-gb200.36xlarge", &[("cr-1", 20), ("cr-2", 18)])
        + &pool("training", "nvidia-gb200", "gpus = 144", &option("o", "us-east-1", "", "capacity = capacity.ultra"));
    assert_eq!(place(&text).right().slices(), ["o use1-dfw2-az1/cr-1 18", "o use1-dfw2-az1/cr-2 18"]);
    let short = text.replace("\"cr-2\" = 18", "\"cr-2\" = 17").replace("nodes = 38", "nodes = 37");
    assert_eq!(
        place(&short).why("o"),
        "capacity_short: capacity.ultra holds 18 of 36 nodes: short by 18 (19 more are no whole NVLink domain, which is 18 nodes of one reservation)"
    );
}

#[test]
fn instances_of_pools_and_capacities_have_keys_without_quotes() {
    let text = r#"
locals {
  zones = { east = "use2-az1", west = "usw2-az1" }
}
capacity "floor" {
  for_each = local.zones
  kind     = "owned"
  cloud    = cloud.aws
  zone     = each.value
  shape    = "p5en.48xlarge"
  nodes    = 2
}
pool "chat" {
  for_each    = local.zones
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.i
  size {
    nodes = 2
  }
  option "o" {
    cloud = cloud.aws
    buy {
      capacity = capacity.floor[each.key]
    }
  }
}
"#;
    let world = place(text).right();
    assert_eq!(world.slices_of("chat[\"east\"]"), ["o use2-az1/floor.east 2"]);
    assert_eq!(world.slices_of("chat[\"west\"]"), ["o usw2-az1/floor.west 2"]);
    assert_eq!(world.placement.networks.len(), 2);
    assert!(world.pool("chat[\"east\"]").slices[0].reservation.is_none(), "owned capacity has no id yet");
}
