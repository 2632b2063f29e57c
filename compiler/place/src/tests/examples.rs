//! The examples that come with Tonnage: all are placed, and as their comments say.

use std::time::Instant;
use tonnage_lang::intent::Purpose;

use super::{World, intent, place_intent};

const QUICKSTART: &str = include_str!("../../../../examples/quickstart/quickstart.fleet.hcl");
const TRAINING: &str = include_str!("../../../../examples/training-4096/training.fleet.hcl");
const FRONTIER: &str = include_str!("../../../../examples/frontier-216k/frontier.fleet.hcl");

fn example(text: &str) -> World {
    place_intent(intent(text), Vec::new()).right()
}

#[test]
fn quickstart_uses_its_floor_first() {
    let world = example(QUICKSTART);
    assert_eq!(world.slices_of("chat"), ["primary use2-az1/floor 2", "primary use2-az1 2"]);
    let [overflow] = world.pool("chat").rejected.as_slice() else { panic!("one option is not taken") };
    assert_eq!((overflow.reason, overflow.text.as_str()), ("not_needed", "`primary` takes the whole pool"));
    assert!(overflow.price_difference.is_some());
}

#[test]
fn training_takes_nine_blocks() {
    let world = example(TRAINING);
    let pretrain = world.pool("pretrain");
    assert_eq!(pretrain.slices.len(), 9);
    assert!(pretrain.slices.iter().all(|s| s.nodes <= 64 && s.groups.len() == 1 && s.option == "east_blocks"));
    assert_eq!((pretrain.sizing.nodes, pretrain.sizing.spares), (512, 11));
    assert_eq!(pretrain.rejected.len(), 1);
}

#[test]
fn frontier_is_two_thousand_domains_and_144_groups_on_three_clouds() {
    let intent = intent(FRONTIER);
    let start = Instant::now();
    let world = place_intent(intent, Vec::new()).right();
    let took = start.elapsed();
    let of_gpus = |p: &&crate::placement::PlacedPool| world.intent.pools[p.pool].purpose != Purpose::Cpu;
    let (ultra, others): (Vec<_>, Vec<_>) =
        world.placement.pools.iter().filter(of_gpus).partition(|p| p.sizing.steps.len() == 2);
    let groups = |pools: &[&crate::placement::PlacedPool]| -> Vec<u32> {
        pools.iter().flat_map(|p| &p.slices).flat_map(|s| &s.groups).map(|g| g.nodes).collect()
    };
    let (domains, rest) = (groups(&ultra), groups(&others));
    assert_eq!(domains.len(), 2000);
    assert!(domains.iter().all(|nodes| *nodes == 18));
    assert_eq!(rest.iter().filter(|nodes| **nodes == 64).count(), 140);
    assert_eq!((rest.len(), rest.iter().sum::<u32>()), (144, 9000));
    assert_eq!(world.placement.pools.iter().filter(of_gpus).map(|p| p.sizing.units).sum::<u64>(), 216_000);
    let sites: Vec<_> = world.placement.networks.iter().map(|n| (n.cloud, n.region)).collect();
    assert_eq!(
        sites.iter().collect::<std::collections::HashSet<_>>().len(),
        7,
        "five account-regions and two other clouds: {sites:?}"
    );
    // measured at 6 ms without optimisation; far from a timed test, near enough to catch what is not linear
    assert!(took.as_millis() < 1000, "{took:?}");
}
