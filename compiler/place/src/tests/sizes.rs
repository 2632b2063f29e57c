//! GPUs to nodes, domains and groups, with every rounding said.

use tonnage_base::{At, Decimal, FileId, Span};
use tonnage_lang::intent::Size;

use super::{World, group, intent, option, place, pool};
use crate::sizing;

fn h100(size: &str) -> World {
    place(&pool("inference", "nvidia-h100", size, &option("o", "us-east-2", "shape = \"p5.48xlarge\"", ""))).right()
}

#[test]
fn gb200_come_in_whole_nvlink_domains() {
    let ultra = group("ultra", "use1-dfw2-az1", "p6e-gb200.36xlarge", 1026, None);
    let buys = option("o", "us-east-1", "", "capacity = capacity.ultra");
    let world = place(&(ultra + &pool("training", "nvidia-gb200", "gpus = 4096", &buys))).right();
    let sizing = &world.p().sizing;
    assert_eq!((sizing.asked, sizing.units, sizing.nodes, sizing.spares), (4096, 4104, 1026, 0));
    assert_eq!(
        sizing.steps,
        [
            "4,096 GPUs ÷ 4 = 1,024 nodes",
            "1,024 nodes ÷ 18 = 56.9, rounded up: 57 NVLink domains of 72 GPUs = 1,026 nodes, 4,104 GPUs",
        ]
    );
    let groups = &world.only().groups;
    assert_eq!(groups.len(), 57);
    assert!(groups.iter().all(|group| group.nodes == 18));
    assert_eq!((groups[0].key.as_str(), groups[56].key.as_str()), ("001", "057"));
}

#[test]
fn spares_make_whole_domains_too() {
    let ultra = group("ultra", "use1-dfw2-az1", "p6e-gb200.36xlarge", 1080, None);
    let buys = option("o", "us-east-1", "", "capacity = capacity.ultra");
    let world = place(&(ultra + &pool("training", "nvidia-gb200", "gpus = 4096, spares = \"2%\"", &buys))).right();
    let sizing = &world.p().sizing;
    assert_eq!((sizing.units, sizing.nodes, sizing.spares), (4096, 1024, 38), "what rounding adds is spare");
    assert_eq!(
        sizing.steps[1..],
        [
            "2 % of 1,024 = 20.48, rounded up: 21 spares",
            "1,024 nodes + 21 spares ÷ 18 = 58.1, rounded up: 59 NVLink domains of 72 GPUs = 1,062 nodes, 4,248 GPUs",
        ]
    );
    assert_eq!(world.only().nodes, 1062);
}

#[test]
fn a_whole_number_of_domains_is_not_rounded() {
    let ultra = group("ultra", "use1-dfw2-az1", "p6e-gb200.36xlarge", 36, None);
    let buys = option("o", "us-east-1", "", "capacity = capacity.ultra");
    let world = place(&(ultra + &pool("training", "nvidia-gb200", "gpus = 144", &buys))).right();
    assert_eq!(world.p().sizing.steps[1], "36 nodes ÷ 18 = 2 NVLink domains of 72 GPUs");
}

#[test]
fn nodes_and_spares_round_up_and_say_so() {
    let said = |size: &str| h100(size).p().sizing.steps.clone();
    assert_eq!(
        said("gpus = 4096, spares = \"2%\""),
        ["4,096 GPUs ÷ 8 = 512 nodes", "2 % of 512 = 10.24, rounded up: 11 spares"]
    );
    assert_eq!(said("gpus = 4097"), ["4,097 GPUs ÷ 8 = 512.1, rounded up: 513 nodes"]);
    assert_eq!(said("gpus = 1"), ["1 GPU ÷ 8 = 0.1, rounded up: 1 node"]);
    assert_eq!(said("gpus = 4000, spares = \"2%\"")[1], "2 % of 500 = 10 spares");
    assert_eq!(
        said("nodes = 3, spares = \"0.5%\""),
        ["3 nodes × 8 = 24 GPUs", "0.5 % of 3 = 0.015, rounded up: 1 spare"]
    );
    let world = h100("gpus = 4096, spares = \"2%\"");
    let sizing = &world.p().sizing;
    assert_eq!((sizing.units, sizing.nodes, sizing.spares), (4096, 512, 11));
    assert_eq!(world.p().slices.iter().map(|s| s.nodes).sum::<u64>(), 523);
}

#[test]
fn a_slice_is_cut_into_groups_and_a_remainder() {
    let all = group("all", "usw2-az1", "p6-b300.48xlarge", 9000, None);
    let buys = option("o", "us-west-2", "", "capacity = capacity.all");
    let world = place(&(all + &pool("training", "nvidia-b300", "gpus = 72000, group_nodes = 64", &buys))).right();
    let groups = &world.only().groups;
    assert_eq!((groups.len(), groups[139].nodes, groups[140].nodes), (141, 64, 40));
    assert_eq!(groups[140].key, "141");
    assert_eq!(h100("nodes = 9").p().slices[0].groups.len(), 1, "without `group_nodes` a slice is one group");
}

#[test]
fn keys_of_groups_grow_wider_and_keep_what_they_were() {
    let intent = intent(super::HEAD);
    let shape = intent.catalog.shapes.iter().find(|s| s.name == "p5.48xlarge").unwrap();
    let (few, many) = (sizing::groups(10, shape, Some(1)), sizing::groups(1001, shape, Some(1)));
    assert!(few.iter().zip(&many).all(|(a, b)| a.key == b.key && a.nodes == b.nodes));
    assert_eq!((many[998].key.as_str(), many[999].key.as_str()), ("999", "1000"));
    let huge = sizing::groups(u64::from(u32::MAX) + 7, shape, None);
    assert_eq!((huge.len(), huge[0].nodes, huge[1].nodes), (2, u32::MAX, 7), "no node is lost");
}

fn at<T>(value: T) -> At<T> {
    At::new(value, Span::new(FileId(0), 0, 0))
}

#[test]
fn sizes_beyond_reason_are_an_error_and_take_no_memory() {
    let text = format!(
        "{}{}",
        super::HEAD,
        pool(
            "inference",
            "nvidia-h100",
            "nodes = 1, spares = \"100%\", group_nodes = 1",
            &option("o", "us-east-2", "", "")
        )
    );
    for nodes in [u64::MAX, u64::MAX - 1, u64::from(u32::MAX), 100_000] {
        for of in
            [Size { nodes: Some(at(nodes)), ..size() }, Size { gpus: Some(at(nodes.saturating_mul(8))), ..size() }]
        {
            let mut intent = intent(&text);
            let pool = &mut intent.pools[tonnage_lang::intent::PoolId(0)];
            pool.size = of;
            let world = super::place_intent(intent, Vec::new());
            let (said, labels) = world.said();
            assert!(said.starts_with("T0403: pool `p` would be cut into "), "{said}");
            assert!(said.ends_with(" groups; 100,000 is the most"), "{said}");
            assert_eq!(labels, ["for a pool of this size"]);
            assert!(world.p().slices.is_empty());
        }
    }
    let mut intent = intent(&text);
    intent.pools[tonnage_lang::intent::PoolId(0)].size =
        Size { group_nodes: None, nodes: Some(at(u64::from(u32::MAX))), ..size() };
    let world = super::place_intent(intent, Vec::new()).right();
    assert_eq!(world.p().slices.iter().map(|s| s.nodes).sum::<u64>(), 2 * u64::from(u32::MAX));
}

fn size() -> Size {
    Size {
        vcpus: None,
        replicas: None,
        gpus_per_replica: None,
        gpus: None,
        nodes: None,
        spares: Some(at(Decimal::ONE)),
        gang: false,
        group_nodes: Some(at(1)),
        min: None,
        max: None,
        managed_by_autoscaler: false,
        span: Span::new(FileId(0), 0, 0),
    }
}

#[test]
fn group_nodes_has_no_effect_where_a_domain_is_a_group() {
    let ultra = group("ultra", "use1-dfw2-az1", "p6e-gb200.36xlarge", 36, None);
    let buys = option("o", "us-east-1", "", "capacity = capacity.ultra");
    let world = place(&(ultra.clone() + &pool("training", "nvidia-gb200", "gpus = 144, group_nodes = 9", &buys)));
    let (said, _) = world.said();
    assert_eq!(said, "T0406: `group_nodes` has no effect on p6e-gb200.36xlarge: each NVLink domain is a group of 18");
    assert_eq!(world.only().groups.len(), 2);
    place(&(ultra + &pool("training", "nvidia-gb200", "gpus = 144, group_nodes = 18", &buys))).right();
}
