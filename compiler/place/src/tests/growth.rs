//! What stays when a fleet grows: keys of slices and of groups. And that the same fleet is placed the same way.

use super::{RDMA, World, group, ids, named_pool, option, place, pool};

type Keys = Vec<(String, String, String, Vec<(String, u32)>)>;

fn keys(world: &World) -> Keys {
    let mut all = Vec::new();
    for placed in &world.placement.pools {
        for slice in &placed.slices {
            let groups = slice.groups.iter().map(|g| (g.key.to_string(), g.nodes)).collect();
            let name = world.intent.pools[placed.pool].name.value.to_string();
            all.push((name, slice.option.to_string(), slice.key.to_string(), groups));
        }
    }
    all
}

/// Every key of `before` is in `after`, and of each slice's groups only the last may have another size.
fn kept(before: &World, after: &World) {
    let after = keys(after);
    for (pool, option, key, groups) in keys(before) {
        let same = after.iter().find(|(p, o, k, _)| (p, o, k) == (&pool, &option, &key));
        let (.., grown) = same.unwrap_or_else(|| panic!("{pool} {option} {key} is gone: {after:?}"));
        for (position, (key, nodes)) in groups.iter().enumerate() {
            assert_eq!(&grown[position].0, key);
            if position + 1 < groups.len() {
                assert_eq!(&grown[position].1, nodes, "a full group stays as it is");
            }
        }
    }
}

#[test]
fn a_pool_that_grows_keeps_its_slices_and_groups() {
    let of = |size: &str| {
        let text = group("floor", "use2-az1", "p5.48xlarge", 100, None)
            + &pool(
                "inference",
                "nvidia-h100",
                &format!("{size}, group_nodes = 16"),
                &(option("a", "us-east-2", "", "capacity = capacity.floor; on_demand = 300")
                    + &option("b", "us-west-2", "", "spot = \"rest\"")),
            );
        place(&text).right()
    };
    let sizes = [
        "nodes = 40",
        "nodes = 64",
        "nodes = 99",
        "nodes = 100",
        "nodes = 120",
        "nodes = 400",
        "nodes = 999",
        "nodes = 20000",
    ];
    for pair in sizes.windows(2) {
        kept(&of(pair[0]), &of(pair[1]));
    }
}

#[test]
fn domains_keep_their_keys() {
    let of = |gpus: u32| {
        let text = group("ultra", "use1-dfw2-az1", "p6e-gb200.36xlarge", 36000, None)
            + &pool(
                "training",
                "nvidia-gb200",
                &format!("gpus = {gpus}"),
                &(RDMA.to_owned() + &option("o", "us-east-1", "", "capacity = capacity.ultra")),
            );
        place(&text).right()
    };
    kept(&of(72), &of(73));
    kept(&of(71_000), &of(144_000));
}

#[test]
fn a_capacity_that_grows_by_ids_keeps_its_slices() {
    let of = |list: &[(&str, u32)], nodes: u32| {
        let text = ids("blocks", "use2-az1", "p5.48xlarge", list)
            + &pool(
                "training",
                "nvidia-h100",
                &format!("nodes = {nodes}"),
                &option("o", "us-east-2", "", "capacity = capacity.blocks"),
            );
        place(&text).right()
    };
    let one = of(&[("cr-1", 64)], 64);
    kept(&one, &of(&[("cr-1", 64), ("cr-2", 64)], 100));
    assert_eq!(one.slices(), ["o use2-az1/cr-1 64"], "a reservation is in the key, be it the only one");
}

#[test]
fn another_pool_moves_nothing() {
    let a = named_pool("a", "inference", "nvidia-h100", "nodes = 7", &option("o", "us-east-2", "", ""));
    let z = named_pool("z", "inference", "nvidia-h200", "nodes = 7", &option("o", "us-west-2", "", ""));
    kept(&place(&z).right(), &place(&(a.clone() + &z)).right());
    kept(&place(&a).right(), &place(&(z + &a)).right());
}

#[test]
fn a_placement_made_twice_is_the_same() {
    let text = group("floor", "use2-az1", "p5.48xlarge", 10, None)
        + &pool(
            "inference",
            "nvidia-h100",
            "nodes = 99",
            &(option("a", "us-east-2", "", "capacity = capacity.floor; spot = 30") + &option("b", "us-west-2", "", "")),
        )
        + &named_pool("q", "inference", "nvidia-h200", "nodes = 3", "  option \"any\" {\n  }\n");
    let first = format!("{:?}", place(&text).placement);
    assert!((0..3).all(|_| format!("{:?}", place(&text).placement) == first));
}
