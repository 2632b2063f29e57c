//! Known limits: of a zone, of a region's zones together, of one market or of all.

use tonnage_base::Symbol;

use super::{RDMA, free, group, ids, named_pool, option, place_with, pool};

const P5: &str = "p5.48xlarge";

fn h100(size: &str, more: &str) -> String {
    pool("inference", "nvidia-h100", size, more)
}

#[test]
fn zones_are_filled_as_far_as_they_are_known_to_reach() {
    let text = h100("nodes = 9", &option("o", "us-east-2", "shape = \"p5.48xlarge\"", ""));
    let world = place_with(&text, vec![free("us-east-2", Some("use2-az2"), P5, Some("on_demand"), 1)]).right();
    assert_eq!(world.slices(), ["o use2-az1 4", "o use2-az2 1", "o use2-az3 4"]);
}

#[test]
fn a_quota_of_a_region_is_shared_by_its_zones() {
    let text = h100(
        "nodes = 9",
        &(option("a", "us-east-2", "shape = \"p5.48xlarge\"", "")
            + &option("b", "us-west-2", "zones = [\"usw2-az1\"]", "")),
    );
    let world = place_with(&text, vec![free("us-east-2", None, P5, Some("on_demand"), 4)]).right();
    assert_eq!(
        world.slices(),
        ["a use2-az1 2", "a use2-az2 1", "a use2-az3 1", "b usw2-az1 5"],
        "4 in all, not 4 in each zone"
    );
}

#[test]
fn a_quota_is_shared_by_pools() {
    let text = named_pool(
        "a",
        "training",
        "nvidia-h100",
        "nodes = 3",
        &option("o", "us-east-2", "zones = [\"use2-az1\"]", ""),
    ) + &pool(
        "training",
        "nvidia-h100",
        "nodes = 3",
        &(option("o", "us-east-2", "zones = [\"use2-az2\"]", "") + &option("w", "us-west-2", "", "")),
    );
    let world = place_with(&text, vec![free("us-east-2", None, P5, Some("on_demand"), 5)]).right();
    assert_eq!(world.slices_of("a"), ["o use2-az1 3"]);
    assert_eq!(
        world.why("o"),
        "quota_short: 2 of 3 nodes can be had on demand in use2-az2: short by 1 (quota L-417A185B)"
    );
    // w is in another region at the same price
    assert_eq!(world.difference("o").as_deref(), Some("0"));
}

#[test]
fn a_limit_of_any_market_counts_all_of_them() {
    let text = group("floor", "use2-az1", P5, 4, None)
        + &h100(
            "nodes = 12",
            &(option(
                "o",
                "us-east-2",
                "zones = [\"use2-az1\"]",
                "capacity = capacity.floor; on_demand = 4; spot = \"rest\"",
            ) + &option("w", "us-west-2", "zones = [\"usw2-az1\"]", "")),
        );
    let world = place_with(&text, vec![free("us-east-2", Some("use2-az1"), P5, None, 10)]).right();
    assert_eq!(world.slices(), ["o use2-az1/floor 4", "o use2-az1 4", "o use2-az1/spot 2", "w usw2-az1 2"]);
}

#[test]
fn shares_that_lack_say_of_how_many_in_all() {
    let share = |name: &str, target: &str| {
        format!(
            "    share \"{name}\" {{\n      cloud = cloud.aws\n      region = \"{name}\"\n      target = \"{target}\"\n    }}\n"
        )
    };
    let split =
        format!("  split {{\n    by = \"gpu_hours\"\n{}{}  }}\n", share("us-east-2", "75%"), share("us-west-2", "25%"));
    let text = pool("inference", "nvidia-b200", "gpus = 64", &split);
    let (said, _) = place_with(&text, vec![free("us-west-2", None, "p6-b200.48xlarge", None, 0)]).said();
    assert_eq!(said, "T0402: pool `p` is short by 16 of 64 GPUs after its last option");
}

#[test]
fn a_limit_of_one_market_leaves_others_alone() {
    let text = h100("nodes = 6", &option("o", "us-east-2", "zones = [\"use2-az1\"]", "on_demand = 4; spot = \"rest\""));
    let world = place_with(&text, vec![free("us-east-2", None, P5, Some("on_demand"), 1)]).right();
    assert_eq!(world.slices(), ["o use2-az1 1", "o use2-az1/spot 5"]);
}

#[test]
fn the_tightest_of_several_counts() {
    let text = h100("nodes = 6", &option("o", "us-east-2", "zones = [\"use2-az1\"]", ""));
    let rows = vec![
        free("us-east-2", Some("use2-az1"), P5, None, 9),
        free("us-east-2", Some("use2-az1"), P5, Some("on_demand"), 2),
        free("us-east-2", None, P5, None, 5),
        free("us-west-2", None, P5, None, 0),
    ];
    let world = place_with(&text, rows);
    let (said, labels) = world.said();
    assert_eq!(said, "T0402: pool `p` is short by 32 of 48 GPUs after its last option");
    assert_eq!(
        labels,
        ["o: 2 of 6 nodes can be had on demand in use2-az1: short by 4 (quota L-417A185B; offered in use2-az1)"]
    );
}

#[test]
fn a_reservation_known_to_hold_less_says_who_says_so() {
    let text = ids("blocks", "use2-az1", P5, &[("cr-1", 64), ("cr-2", 64)])
        + &pool(
            "training",
            "nvidia-h100",
            "nodes = 128",
            &(RDMA.to_owned() + &option("o", "us-east-2", "", "capacity = capacity.blocks")),
        );
    let mut row = free("us-east-2", Some("use2-az1"), P5, Some("reserved"), 60);
    row.reservation = Some(Symbol::new("cr-2"));
    row.source = "capacity block cr-2".to_owned();
    let world = place_with(&text, vec![row]);
    assert_eq!(
        world.why("o"),
        "capacity_short: capacity.blocks holds 124 of 128 nodes: short by 4 (capacity block cr-2)"
    );
}

#[test]
fn reservations_of_one_capacity_share_the_limit_of_their_zone() {
    let text = ids("blocks", "use2-az1", P5, &[("cr-1", 64), ("cr-2", 64)])
        + &h100("nodes = 128", &option("o", "us-east-2", "", "capacity = capacity.blocks"));
    for row in [free("us-east-2", Some("use2-az1"), P5, Some("reserved"), 100), free("us-east-2", None, P5, None, 100)]
    {
        let (said, _) = place_with(&text, vec![row]).said();
        assert_eq!(said, "T0402: pool `p` is short by 224 of 1,024 GPUs after its last option");
    }
}

#[test]
fn a_fabric_goes_to_the_first_zone_that_holds_all_of_it() {
    let text = pool("training", "nvidia-h100", "nodes = 9", &(RDMA.to_owned() + &option("o", "us-east-2", "", "")));
    let rows = |first: u64, second: u64, third: u64| {
        let zones = [("use2-az1", first), ("use2-az2", second), ("use2-az3", third)];
        zones.map(|(zone, nodes)| free("us-east-2", Some(zone), P5, Some("on_demand"), nodes)).to_vec()
    };
    assert_eq!(place_with(&text, rows(8, 9, 20)).right().slices(), ["o use2-az2 9"]);
    let world = place_with(&text, rows(5, 7, 6));
    assert_eq!(
        world.why("o"),
        "capacity_short: 7 of 9 nodes can be had on demand in use2-az2: short by 2 (offered in use2-az2)"
    );
    let no_fabric = text.replace(RDMA, "");
    let world = place_with(&no_fabric, rows(5, 7, 6)).right();
    assert_eq!(world.p().slices.len(), 3, "a gang without a fabric is whole, not close");
    assert_eq!(place_with(&no_fabric, rows(5, 9, 6)).right().slices(), ["o use2-az2 9"]);
}

#[test]
fn nothing_free_is_zero_nodes_and_never_a_slice() {
    let text = h100("nodes = 2", &option("o", "us-east-2", "shape = \"p5.48xlarge\"", ""));
    let world = place_with(&text, vec![free("us-east-2", None, P5, None, 0)]);
    assert_eq!(
        world.why("o"),
        "quota_short: 0 of 2 nodes can be had on demand in us-east-2: short by 2 (quota L-417A185B)"
    );
}
