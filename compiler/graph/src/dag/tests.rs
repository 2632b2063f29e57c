//! What frozen graphs promise.

use proptest::prelude::*;

use super::Dag;

tonnage_base::typed_ids! {
    /// A node.
    N,
}

fn dag(nodes: usize, edges: &[(u32, u32)]) -> Result<Dag<N>, Vec<Vec<u32>>> {
    Dag::new(nodes, edges.iter().map(|&(a, b)| (N(a), N(b))).collect())
        .map_err(|cycles| cycles.iter().map(|cycle| plain(cycle)).collect())
}

fn plain(nodes: &[N]) -> Vec<u32> {
    nodes.iter().map(|n| n.0).collect()
}

#[test]
fn order_is_by_wave_then_number_and_repeated_edges_count_once() {
    // 3 and 0 wait for 1; 2 waits for 0 and 3.
    let dag = dag(4, &[(3, 1), (0, 1), (2, 0), (2, 3), (2, 3), (0, 9)]).unwrap();
    assert_eq!(plain(dag.order()), [1, 0, 3, 2]);
    assert_eq!(dag.waves().map(plain).collect::<Vec<_>>(), [vec![1], vec![0, 3], vec![2]]);
    assert_eq!(plain(dag.dependencies(N(2))), [0, 3]);
    assert_eq!(plain(dag.dependents(N(1))), [0, 3]);
    assert_eq!(plain(&dag.transitive_dependents(&[N(1)])), [0, 2, 3]);
    assert_eq!(plain(&dag.transitive_dependents(&[N(2)])), Vec::<u32>::new());
}

#[test]
fn an_empty_graph_has_no_waves() {
    assert_eq!(dag(0, &[]).unwrap().waves().len(), 0);
}

#[test]
fn each_knot_gives_one_short_cycle_and_its_followers_none() {
    // A long way round 0→1→2→3→0 with the short cut 1→0, a self-reference 5, and 6 that merely waits for a knot.
    let edges = [(0, 1), (1, 2), (2, 3), (3, 0), (1, 0), (5, 5), (6, 0), (4, 6)];
    assert_eq!(dag(7, &edges).unwrap_err(), [vec![0, 1], vec![5]]);
}

#[test]
fn a_chain_of_a_million_fits_a_small_stack() {
    let work = || {
        let nodes = 1_000_000u32;
        let chain: Vec<(u32, u32)> = (1..nodes).map(|n| (n, n - 1)).collect();
        let frozen = dag(nodes as usize, &chain).unwrap();
        assert_eq!(frozen.waves().len(), nodes as usize);
        assert_eq!(frozen.transitive_dependents(&[N(0)]).len(), nodes as usize - 1);
        let mut ring = chain;
        ring.push((0, nodes - 1));
        let cycles = dag(nodes as usize, &ring).unwrap_err();
        assert_eq!(cycles.len(), 1);
        assert_eq!(cycles[0].len(), nodes as usize);
    };
    std::thread::Builder::new().stack_size(64 * 1024).spawn(work).unwrap().join().unwrap();
}

proptest! {
    #[test]
    fn every_order_respects_every_edge_and_every_cycle_is_one(
        edges in proptest::collection::vec((0u32..24, 0u32..24), 0..60)
    ) {
        match dag(24, &edges) {
            Ok(dag) => {
                let mut place = [0; 24];
                for (position, &node) in dag.order().iter().enumerate() {
                    place[node.0 as usize] = position;
                }
                prop_assert_eq!(dag.order().len(), 24);
                for (from, to) in edges {
                    prop_assert!(place[from as usize] > place[to as usize]);
                }
            }
            Err(cycles) => {
                prop_assert!(!cycles.is_empty());
                for cycle in cycles {
                    for (at, &node) in cycle.iter().enumerate() {
                        let next = cycle[(at + 1) % cycle.len()];
                        prop_assert!(edges.contains(&(node, next)));
                    }
                }
            }
        }
    }
}
