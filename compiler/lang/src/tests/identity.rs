//! What exists already and what leaves: lookups, imports, removals; fallback, rollout and health.

use tonnage_base::Symbol;

use super::{check, intent, with_cloud};
use crate::{
    Value,
    intent::{FallbackOn, OnCapacity, StepSize},
};

const POOL: &str = r#"
pool "a" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  size {
    gpus = 64
  }
  option "x" {
    cloud = cloud.aws
  }
  option "y" {
    cloud = cloud.aws
  }
MORE}
"#;

fn pool(more: &str) -> String {
    with_cloud(&POOL.replace("MORE", more))
}

#[test]
fn fallback_rollout_and_health_are_read() {
    let fleet = intent(&pool(
        r#"
  fallback {
    on        = ["preflight_failed", "capacity_error"]
    decide_by = "2026-12-14"
  }
  rollout {
    step        = "64 nodes"
    on_capacity = "fall_back"
  }
  health {
    grace             = "20m"
    replace_unhealthy = false
  }
"#,
    ));
    let pool = fleet.pools.iter().next().unwrap();
    let fallback = pool.fallback.as_ref().unwrap();
    let on: Vec<FallbackOn> = fallback.on.iter().map(|at| at.value).collect();
    assert_eq!(on, [FallbackOn::PreflightFailed, FallbackOn::CapacityError]);
    assert!(fallback.require_approval, "leaving the cloud needs a reader unless the author says otherwise");
    assert_eq!(pool.on_capacity.value, OnCapacity::FallBack);
    assert_eq!(pool.step.unwrap().value, StepSize::Nodes(64));
    let health = pool.health.as_ref().unwrap();
    assert_eq!((health.grace.unwrap().value, health.replace_unhealthy.unwrap().value), (1200, false));
    let share = intent(&pool_with_step("\"12.5%\""));
    let step = share.pools.iter().next().unwrap().step.unwrap().value;
    assert_eq!((step.of(40), step.of(3), StepSize::Nodes(64).of(10)), (5, 1, 10));
}

fn pool_with_step(step: &str) -> String {
    pool(&format!("  rollout {{\n    step = {step}\n  }}\n"))
}

#[test]
fn mistakes_of_fallback_rollout_and_health() {
    check(&pool(
        r#"
  fallback {
    on         = ["preflight_faild"]
#                 ^^^^^^^^^^^^^^^^^ T0219: `on` can't be `"preflight_faild"`
    cross_plan = "never"
#                ^^^^^^^ T0219: `cross_plan` can't be `"never"`
  }
  rollout {
    step = "0 nodes"
#          ^^^^^^^^^ T0281: `step` is not a number of nodes
  }
  health {
# ^^^^^^ T0272: this `health` block says nothing
  }
"#,
    ));
    check(&pool(
        r#"
  fallback {
    on = ["preflight_failed"]
  }
  rollout {
    on_capacity = "fall_back"
#                 ^^^^^^^^^^^ T0284: what is short falls back, and `fallback` does not allow it
  }
"#,
    ));
}

#[test]
fn a_lookup_is_its_identifier_where_that_is_written_and_a_reference_where_not() {
    let fleet = intent(&with_cloud(
        r#"
variable "vpc" {
  default = "vpc-1"
}
lookup "AWS::EC2::VPC" "named" {
  cloud = cloud.aws
  id    = var.vpc
}
lookup "AWS::EC2::Subnet" "found" {
  for_each = ["use2-az1"]
  cloud    = cloud.aws
  where    = { AvailabilityZoneId = each.key }
}
locals {
  subnets = { for zone in ["use2-az1"] : zone => lookup.found[zone].ref }
}
network "shared" {
  id      = lookup.named.ref
  subnets = local.subnets
}
"#,
    ));
    let network = fleet.networks.iter().next().unwrap();
    let existing = network.existing.as_ref().unwrap();
    assert!(matches!(&existing.id.value, Value::String(id) if &**id == "vpc-1"));
    let subnet = existing.subnets.value.get(&Symbol::new("use2-az1")).unwrap();
    assert!(matches!(subnet, Value::Reference { address, .. } if *address == "lookup.found[\"use2-az1\"]"));
    assert_eq!(fleet.lookups.len(), 2);
}

#[test]
fn mistakes_of_lookups_imports_and_removals() {
    check(&with_cloud(
        r#"
lookup "AWS::EC2::VPC" "both" {
  cloud = cloud.aws
  id    = "vpc-1"
  where = { CidrBlock = "10.0.0.0/16" }
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ T0342: an object is named by its `id` or by `where`, not by both
}
lookup "AWS::EC2::VPC" "all" {
#< T0342: an empty `where` is true of every object
  cloud = cloud.aws
  where = {}
}
network "a" {
#< T0343: this `network` block has neither `cidr` nor `id`
}
network "b" {
  id = cloud.aws
#      ^^^^^^^^^ T0282: `id` is cloud `aws`, not its identifier
# ^^^^^^^^^^^^^^ T0343: which subnets of this network pools sit in is not said
}
resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = lookup.al.ref
#                      ^^ T0204: no lookup is named `al`
  }
}
import {
  to = resource.vcp
#               ^^^ T0204: no resource is named `vcp`
  id = "vpc-2"
}
import {
  to = "vpc"
#      ^^^^^ T0252: this is not an address
  id = "vpc-3"
}
removed {
  from = resource.vpc
#        ^^^^^^^^^^^^ T0341: `resource.vpc` is removed and still declared
}
removed {
  from = pool.gone
}
removed {
  from = pool.gone
#        ^^^^^^^^^ T0340: `pool.gone` is removed twice
}
owner "finance" {
  of = ["resource.vpc.Tags"]
}
owner "others" {
  of = ["resource.vpc.Tags"]
#       ^^^^^^^^^^^^^^^^^^^ T0340: `resource.vpc.Tags` has two owners
}
owner "a" {
  of = ["resource.vpc.Tags[0]"]
#       ^^^^^^^^^^^^^^^^^^^^^^ T0252: this is not the address of a property
}
owner "b" {
  of = ["resource.vcp.Tags"]
#       ^^^^^^^^^^^^^^^^^^^ T0204: no resource is named `vcp`
}
"#,
    ));
}
