//! Capacity has its time, and so have pools. The plan is for 2027-01-01.

use super::{group, option, place, pool};

/// What is said of a pool that says no end.
fn ends(day: &str) -> String {
    format!("T0412: capacity.block ends on {day}, and pool `p` says no end: 2 nodes lose their place then")
}

/// A pool of two nodes, with a window or without, on capacity from `start` to `end`.
fn told(pool_window: Option<(&str, &str)>, start: &str, end: &str) -> Result<Vec<String>, String> {
    let window = pool_window.map_or_else(String::new, |(start, end)| {
        let line =
            |name: &str, day: &str| if day.is_empty() { String::new() } else { format!("    {name} = \"{day}\"\n") };
        format!("  window {{\n{}{}  }}\n", line("start", start), line("end", end))
    });
    let text = group("block", "use2-az1", "p5.48xlarge", 2, Some((start, end)))
        + &pool(
            "training",
            "nvidia-h100",
            "nodes = 2",
            &(window + &option("o", "us-east-2", "", "capacity = capacity.block")),
        );
    let world = place(&text);
    if world.p().slices.is_empty() && !world.p().rejected.is_empty() {
        return Err(world.why("o"));
    }
    Ok(world.said.iter().map(|d| format!("{}: {}", d.code.id, d.message)).collect())
}

#[test]
fn a_capacity_that_is_over_is_not_used() {
    let spent = "T0414: capacity.block ended on 2026-12-31, and pool `p` runs nowhere else: nothing of it is asked for any more";
    assert_eq!(told(None, "2026-06-01", "2026-12-31"), Ok(vec![spent.to_owned()]));
    assert_eq!(told(None, "2026-06-01", "2027-01-01"), Ok(vec![ends("2027-01-01")]), "the last day is included");
}

#[test]
fn a_capacity_must_hold_as_long_as_the_pool() {
    let pool = Some(("2027-01-11", "2027-04-11"));
    assert_eq!(told(pool, "2027-01-11", "2027-04-11"), Ok(vec![]));
    assert_eq!(
        told(pool, "2027-01-12", "2027-04-11"),
        Err("window: capacity.block starts on 2027-01-12, the pool on 2027-01-11".to_owned())
    );
    assert_eq!(
        told(pool, "2027-01-11", "2027-04-10"),
        Err("window: capacity.block ends on 2027-04-10, the pool on 2027-04-11".to_owned())
    );
    assert_eq!(
        told(Some(("2027-01-11", "")), "2027-01-11", "2027-04-11"),
        Err("window: capacity.block ends on 2027-04-11, and the pool's window has no end".to_owned())
    );
}

#[test]
fn what_is_past_of_a_pools_window_asks_nothing() {
    let pool = Some(("2026-11-01", "2027-04-11"));
    assert_eq!(told(pool, "2026-12-01", "2027-04-11"), Ok(vec![]), "both run by now");
    assert!(told(pool, "2027-01-02", "2027-04-11").is_err());
}

#[test]
fn a_capacity_that_starts_later_is_taken_with_a_note() {
    let note = || "T0404: pool `p` can run only from 2027-02-01, when capacity.block starts".to_owned();
    assert_eq!(told(None, "2027-02-01", "2027-04-11"), Ok(vec![ends("2027-04-11"), note()]));
    assert_eq!(
        told(Some(("", "2027-03-01")), "2027-02-01", "2027-04-11"),
        Ok(vec![note()]),
        "a window that does not say from when"
    );
    assert_eq!(told(None, "2027-01-01", "2027-04-11"), Ok(vec![ends("2027-04-11")]));
}

#[test]
fn a_pool_whose_own_window_ends_is_told_and_asks_for_nothing_afterwards() {
    let of = |end: &str, more: &str| {
        let window = format!("  window {{\n    start = \"2026-01-01\"\n    end = \"{end}\"\n  }}\n{more}");
        place(&pool("training", "nvidia-h100", "nodes = 2", &(window + &option("o", "us-east-2", "", ""))))
    };
    let told = |end: &str, more: &str| {
        let world = of(end, more);
        let nodes: u64 = world.p().slices.iter().map(|slice| slice.nodes).sum();
        let said: Vec<String> = world.said.iter().map(|d| format!("{}: {}", d.code.id, d.message)).collect();
        (nodes, said.join("; "))
    };
    let near =
        |day: &str| format!("T0405: the window of pool `p` ends on {day}: after that day its 2 nodes are removed");
    assert_eq!(told("2027-02-01", ""), (2, String::new()), "31 days ahead");
    assert_eq!(told("2027-01-31", ""), (2, near("2027-01-31")));
    assert_eq!(told("2027-01-01", ""), (2, near("2027-01-01")), "the last day is included");
    let over = "T0405: the window of pool `p` ended on 2026-12-31: nothing of it is asked for any more";
    assert_eq!(told("2026-12-31", ""), (0, over.to_owned()));
    let protect = |until: &str| format!("  protect {{\n    destroy = \"deny\"\n{until}  }}\n");
    let kept = "T0405: the window of pool `p` ended on 2026-12-31, and it is protected: its 2 nodes run on";
    assert_eq!(told("2026-12-31", &protect("")), (2, kept.to_owned()));
    assert_eq!(
        told("2026-12-31", &protect("    until = \"2026-12-31\"\n")),
        (0, over.to_owned()),
        "as long as both hold"
    );
}
