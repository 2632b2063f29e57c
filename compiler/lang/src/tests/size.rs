//! Sizes, windows and quantities of pools.

use tonnage_base::Decimal;

use super::{check, intent, with_cloud};
use crate::intent::{Amount, OnCapacity, Pool, Purpose};

fn pool(purpose: &str, size: &str, more: &str) -> String {
    with_cloud(&format!(
        "pool \"a\" {{\n  purpose     = \"{purpose}\"\n  accelerator = \"nvidia-h200\"\n  size {{\n{size}\n  }}\n{more}\n  option \"x\" {{\n  }}\n}}\n"
    ))
}

fn built(purpose: &str, size: &str, more: &str) -> Pool {
    intent(&pool(purpose, size, more)).pools.iter().next().cloned().unwrap()
}

#[test]
fn a_size_is_read() {
    let pool = built("training", "    gpus   = 4096\n    spares = \"2%\"", "");
    assert_eq!(pool.size.gpus.map(|at| at.value), Some(4096));
    assert_eq!(pool.size.spares.map(|at| at.value), Some(Decimal::new(2, 2)));
    assert!(pool.size.gang, "training is a gang unless it says otherwise");
    assert!(!pool.size.managed_by_autoscaler);
    let pool = built(
        "inference",
        "    nodes = 4\n    min = 0\n    max = 8\n    managed_by = \"autoscaler\"\n    group_nodes = 4",
        "",
    );
    assert!(!pool.size.gang);
    assert!(pool.size.managed_by_autoscaler);
    assert_eq!(pool.size.group_nodes.map(|at| at.value), Some(4));
    assert_eq!((pool.size.min.map(|at| at.value), pool.size.max.map(|at| at.value)), (Some(0), Some(8)));
}

#[test]
fn fabric_window_and_rollout_are_read() {
    let pool = built(
        "training",
        "    nodes = 4",
        "  fabric {\n    kind = \"rdma\"\n    min_gbps_per_gpu = \"0.4 Tbps\"\n    nvlink_domain_min = 8\n  }\n  window {\n    start = \"2027-01-11\"\n  }\n  rollout {\n    on_capacity = \"hold\"\n  }",
    );
    assert!(pool.fabric.rdma);
    assert_eq!(pool.fabric.min_gbps_per_gpu.map(|at| at.value), Some(Decimal::from(400)));
    let window = pool.window.unwrap();
    assert_eq!(window.start.map(|at| at.value), "2027-01-11".parse().ok());
    assert!(window.end.is_none());
    assert_eq!(pool.on_capacity.value, OnCapacity::Hold);
    assert_eq!(built("training", "    nodes = 4", "").on_capacity.value, OnCapacity::RollBack);
}

#[test]
fn a_purchase_is_read() {
    let text = with_cloud(
        r#"
capacity "floor" {
  kind  = "owned"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 8
}
pool "a" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  size {
    nodes = 12
  }
  option "x" {
    cloud = cloud.aws
    buy {
      capacity  = capacity.floor
      on_demand = 2
      spot      = "rest"
      max_price = "744 USD/node-day"
    }
  }
}
"#,
    );
    let intent = intent(&text);
    let buy = &intent.pools.iter().next().unwrap().options.first().unwrap().buy;
    assert_eq!(buy.capacity.len(), 1);
    assert_eq!(buy.on_demand.map(|at| at.value), Some(Amount::Nodes(2)));
    assert_eq!(buy.spot.map(|at| at.value), Some(Amount::Rest));
    assert_eq!(buy.max_price.map(|at| at.value.money.amount), Some(Decimal::from(31)));
}

#[test]
fn sizes_that_can_not_be() {
    for (size, drawn) in [
        ("    nodes = -1", "#           ^^ T0218: `nodes` can't be -1"),
        ("    gpus_per_replica = 1\n    replicas = 0", "#              ^ T0218: `replicas` can't be 0"),
        ("    gpus = 99999999999", "#          ^^^^^^^^^^^ T0218: `gpus` can't be 99999999999"),
        ("    gpus = 8\n    nodes = 1", "#   ^^^^^^^^^ T0227: `size` has both"),
        ("    gpus = 8\n    spares = \"101%\"", "#            ^^^^^^ T0218: `spares` must lie between 0% and 100%"),
        ("    gpus = 8\n    spares = 2", "#            ^ T0213: `spares` is a number, expected a percentage"),
        ("    gpus = 8\n    managed_by = \"me\"", "#                ^^^^ T0219: `managed_by` can't be `\"me\"`"),
        ("    vcpus = 8", "#   ^^^^^^^^^ T0289: a pool of GPUs is not sized by `vcpus`"),
    ] {
        check(&pool("training", &format!("{size}\n{drawn}"), ""));
    }
    check(&pool(
        "training",
        "    nodes = 4\n#           ^ T0228: `nodes` is 4, above `max`, which is 2\n    max = 2",
        "",
    ));
}

#[test]
fn a_pool_of_cpus_counts_cpus() {
    let cpus = |size: &str| pool("cpu", size, "").replace("  accelerator = \"nvidia-h200\"\n", "");
    let built = intent(&cpus("    vcpus = 400000"));
    let built = built.pools.iter().next().unwrap();
    assert_eq!((built.purpose, built.size.units().map(|at| at.value)), (Purpose::Cpu, Some(400_000)));
    assert!(built.accelerators.is_empty() && !built.size.gang);
    check(&cpus("    gpus = 8\n#   ^^^^^^^^ T0289: a pool of CPUs is not sized by `gpus`"));
    check(
        &pool("cpu", "    nodes = 4", "")
            .replace("  size", "# ^^^^^^^^^^^^^^^^^^^^^^^^^^^ T0289: a pool of CPUs takes no accelerator\n  size"),
    );
}
