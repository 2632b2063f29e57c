//! Mistakes, drawn where they are made.

use super::{check, with_cloud};

#[test]
fn names_of_blocks_and_attributes() {
    check(
        r#"
fleet "demo" {
  language = 1
  legder   = "s3://ledger"
# ^^^^^^ T0202: `legder` is not an attribute of `fleet` blocks
}
nodes = 3
#< T0202: `nodes` stands outside of any block
clowd "aws" {
#< T0201: `clowd` is not a block of the fleet language
  regions = ["us-east-2"]
}
provider "aws" {}
#< T0295: `provider` is a block of Terraform
lookup "AWS::EC2::VPC" "shared" {
#< T0205: this `lookup` block has no `cloud`
  id = storage.nothing.here
#              ^^^^^^^ T0204: no storage is named `nothing`
}
"#,
    );
}

#[test]
fn blocks_written_as_attributes_and_the_reverse() {
    check(&with_cloud(
        r#"
pool "a" {
#< T0273: this pool says nowhere to get it from
  purpose     = "training"
  accelerator = "nvidia-h200"
  window      = "2027"
# ^^^^^^ T0202: `window` is not an attribute of `pool` blocks
  split       = "even"
# ^^^^^ T0202: `split` is not an attribute of `pool` blocks
  size {
    nodes = 1
  }
  image {
# ^^^^^ T0201: `image` is not a block of `pool` blocks
  }
}
"#,
    ));
}

#[test]
fn what_is_missing_or_too_many() {
    check(&with_cloud(
        r#"
pool "a" {
#< T0205: this `pool` block has no `purpose`
#< T0273: this pool says nowhere to get it from
  accelerator = null
#               ^^^^ T0205: this `pool` block has no `accelerator`
  size {
    gpus = 8
  }
  size {
# ^^^^ T0209: this `pool` block has a second `size` block
    gpus = 8
  }
}
pool "a b" {
#    ^^^^^ T0208: `a b` can't be the name of a `pool` block
  purpose     = "training"
  accelerator = "nvidia-h200"
  size {
    gpus = 8
  }
  option {
# ^^^^^^ T0207: `option` takes one label, found none
  }
}
output "x" "y" {
#< T0207: `output` takes one label, found 2
  value = 1
}
"#,
    ));
}

#[test]
fn references_are_checked_everywhere_also_where_they_are_evaluated_later() {
    check(&with_cloud(
        r#"
locals {
  near = var.nodse
#            ^^^^^ T0204: no variable is named `nodse`
  all  = [for var in [1] : var]
  gpus = pool.chat.gpus
#        ^^^^^^^^^ T0217: `pool.chat` is known only after placement
  it   = local
#        ^^^^^ T0204: `local` alone names nothing
}
variable "nodes" {
  default = 2
}
variable "twice" {
  default = local.near
#           ^^^^^^^^^^ T0217: `local.near` is not known yet
}
resource "AWS::S3::Bucket" "corpus" {
  body = {
    Name = "${local.naer}-${resource.korpus.ref}-${cloud.azure.name}"
#                   ^^^^ T0204: no local is named `naer`
#                                    ^^^^^^ T0204: no resource is named `korpus`
#                                                        ^^^^^ T0204: no cloud is named `azure`
  }
  for_each = storage.corpus
#                    ^^^^^^ T0204: no storage is named `corpus`
}
"#,
    ));
}

#[test]
fn a_name_declared_twice() {
    check(&with_cloud(
        r#"
cloud "aws" {
#     ^^^^^ T0211: cloud `aws` is declared twice
  regions = ["us-east-2"]
}
output "a" {
  value = 1
}
output "a" {
#      ^^^ T0211: output `a` is declared twice
  value = 2
}
shape "mine" {
  cloud        = "aws"
  accelerator  = "nvidia-h200"
  accelerators = 8
}
shape "mine" {
#     ^^^^^^ T0211: shape `mine` is declared twice
  cloud        = "aws"
  accelerator  = "nvidia-h200"
  accelerators = 8
}
"#,
    ));
}

#[test]
fn a_cycle_is_a_path_and_is_said_once() {
    check(
        r#"
fleet "demo" {
  language = 1
}
locals {
  a = local.b
# ^ T0212: `local.a` is defined by itself: local.a → local.b → local.c → local.a
  b = [local.c]
  c = "${local.a}"
  d = local.a
  e = local.e
# ^ T0212: `local.e` is defined by itself: local.e → local.e
}
"#,
    );
}

#[test]
fn a_cycle_through_the_instances_of_a_capacity() {
    check(&with_cloud(
        r#"
locals {
  zones = keys(capacity.floor)
# ^^^^^ T0212: `local.zones` is defined by itself: local.zones → capacity.floor → local.zones
}
capacity "floor" {
  for_each = toset(local.zones)
  kind     = "owned"
  cloud    = cloud.aws
  zone     = each.key
  shape    = "p5en.48xlarge"
  nodes    = 1
}
"#,
    ));
}

#[test]
fn a_chain_of_many_locals_overflows_nothing() {
    let mut text = String::from("fleet \"demo\" {\n  language = 1\n}\nlocals {\n  l0 = 1\n");
    for i in 1..20_000 {
        text.push_str(&format!("  l{i} = local.l{}\n", i - 1));
    }
    text.push_str("}\n");
    check(&text);
}

#[test]
fn references_of_the_wrong_sort() {
    check(&with_cloud(
        r#"
image "train" {
  aws = { ami = "ami-1" }
}
pool "a" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = cloud.aws
#               ^^^^^^^^^ T0215: `image` refers to cloud `aws`, expected an image
  size {
    gpus = 8
  }
  option "x" {
    cloud = "asw"
#           ^^^^^ T0214: `cloud` is a string, expected a reference to a `cloud` block
  }
  option "y" {
    cloud = cloud
#           ^^^^^ T0214: `cloud` is `cloud`, not one cloud
  }
  option "z" {
    cloud = 3
#           ^ T0213: `cloud` is a number, expected a reference to a `cloud` block
  }
}
"#,
    ));
}

#[test]
fn capacity_of_every_sort_of_mistake() {
    check(&with_cloud(
        r#"
capacity "a" {
  kind  = "owned"
  cloud = cloud.aws
  zone  = "use2-az9"
#         ^^^^^^^^^^ T0232: no region of cloud `aws` is known to have zone `use2-az9`
  shape = "p5en.48xlarge"
  nodes = 1
  group = "mine"
# ^^^^^^^^^^^^^^ T0242: owned capacity has no `group`
}
capacity "b" {
#< T0241: this granted capacity has neither `ids` nor `group`
  kind   = "granted"
  cloud  = cloud.aws
  region = "us-east-2"
  zone   = "usw2-az1"
#          ^^^^^^^^^^ T0232: zone `usw2-az1` is not in region `us-east-2`
  shape  = "a4-highgpu-8g"
#          ^^^^^^^^^^^^^^^ T0236: shape `a4-highgpu-8g` is a shape of google, not of aws
  nodes  = 1.5
#          ^^^ T0218: `nodes` can't be 1.5
  commitment = commitment.x
#                         ^ T0204: no commitment is named `x`
}
capacity "c" {
  kind  = "lent"
#         ^^^^^^ T0219: `kind` can't be `"lent"`
  cloud = cloud.aws
  zone  = "euw1-az1"
#         ^^^^^^^^^^ T0231: cloud `aws` may not use region `eu-west-1`
  shape = "p5en.48xlarge"
  nodes = 1
  ids   = []
  window {
    start = "2027-02-02"
    end   = "2027-02-01"
#           ^^^^^^^^^^^^ T0239: the window ends on 2027-02-01, before it starts
  }
}
output "used" {
  value = [capacity.a, capacity.b, capacity.c]
}
"#,
    ));
}

#[test]
fn granted_ids() {
    check(&with_cloud(
        r#"
capacity "a" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 10
#         ^^ T0256: `nodes` is 10, and the ids have 9 together
  ids   = { "cr-1" = 4, "cr-2" = 5 }
}
capacity "b" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 10
  ids   = ["cr-3", "cr-3"]
#                  ^^^^^^ T0257: reservation `cr-3` is counted twice
}
capacity "c" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 10
  ids   = { "cr-4" = 0, "cr-5" = 10 }
#           ^^^^^^ T0218: `cr-4` does not say its nodes
}
output "used" {
  value = [capacity.a, capacity.b, capacity.c]
}
"#,
    ));
}

#[test]
fn options_and_what_they_buy() {
    check(&with_cloud(
        r#"
cloud "google" {
  project = "demo"
  regions = ["us-central1"]
}
capacity "floor" {
  kind  = "owned"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 8
}
pool "a" {
  purpose     = "training"
  accelerator = ["nvidia-h100"]
  size {
    gpus = 8
  }
  option "a" {
    cloud  = cloud.google
    region = "us-east-2"
#            ^^^^^^^^^^^ T0230: the catalog has no region `us-east-2` of google
    buy {
      capacity = capacity.floor
#                ^^^^^^^^^^^^^^ T0235: capacity `floor` is of shape `p5en.48xlarge`, which carries nvidia-h200
#                ^^^^^^^^^^^^^^ T0237: capacity `floor` lies in cloud `aws`, and this option elsewhere
      on_demand = "most"
#                 ^^^^^^ T0219: `on_demand` can't be `"most"`
    }
  }
  option "b" {
    region = "us-east-1"
#            ^^^^^^^^^^^ T0231: cloud `aws` may not use region `us-east-1`
    shape  = "p6.48xlarge"
#            ^^^^^^^^^^^^^ T0233: the catalog has no shape `p6.48xlarge`
  }
  option "b" {
#        ^^^ T0211: option `b` is declared twice in this pool
  }
  option "c" {
    cloud = cloud.aws
    zones = ["use2-az1", "use1-az1"]
#                        ^^^^^^^^^^ T0232: no region of cloud `aws` is known to have zone `use1-az1`
    buy {
      spot      = "rest"
      max_price = "31 dollars"
#                 ^^^^^^^^^^^^ T0220: `31 dollars` is not
    }
  }
}
"#,
    ));
}

#[test]
fn an_image_without_words_for_a_cloud() {
    check(
        r#"
fleet "demo" {
  language = 1
}
cloud "aws" {
  regions = ["us-east-2"]
}
cloud "google" {
  regions = ["us-central1"]
}
image "i" {
  google = { family = "x" }
}
pool "named" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.i
#               ^^^^^^^ T0243: image `i` has nothing for aws
  size {
    nodes = 1
  }
  option "x" {
    cloud = cloud.aws
  }
}
pool "elsewhere" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.i
  size {
    nodes = 1
  }
  option "x" {
    cloud = cloud.google
  }
}
"#,
    );
}

#[test]
fn one_mistake_in_many_instances_is_one_mistake() {
    check(&with_cloud(
        r#"
pool "a" {
  for_each    = toset(["x", "y", "z"])
  purpose     = "inference"
  accelerator = "nvidia-h300"
#               ^^^^^^^^^^^^^ T0234: the catalog has no accelerator `nvidia-h300`
  size {
    nodes = 1
  }
  option "x" {
    cloud = cloud.aws
  }
}
"#,
    ));
}

#[test]
fn renames() {
    check(&with_cloud(
        r#"
resource "AWS::S3::Bucket" "new" {
}
moved {
  from = resource.old
  to   = resource.nwe
#                 ^^^ T0204: no resource is named `nwe`
}
moved {
  from = resource.older
  to   = "resource.older"
#        ^^^^^^^^^^^^^^^^ T0261: `resource.older` is moved to itself
}
moved {
  from = resource.oldest
  to   = resource.new
}
moved {
  from = "resource.oldest"
#        ^^^^^^^^^^^^^^^^^ T0261: `resource.oldest` is moved twice
  to   = resource.new
}
moved {
  from = var.x
#        ^^^^^ T0252: this is not an address
  to   = 3
#        ^ T0252: this is not an address
}
"#,
    ));
}

#[test]
fn lowerings_have_names_of_their_own() {
    check(&with_cloud(
        r#"
locals {
  outside = 1
}
lowering "pool" "was" {
#               ^^^^^ T0219: `was` is not a kind of cloud
  locals {
    a = local.b
#       ^^^^^^^ T0260: `local.b` is used before it is declared
    b = local.outside
#             ^^^^^^^ T0204: this lowering has no local named `outside`
  }
  resource "AWS::EC2::VPC" "vpc" {
    body = { Other = resource.vcp.ref, Fine = self.anything, Late = local.b }
#                             ^^^ T0204: this lowering has no resource named `vcp`
    lifecycle {
      on_delete = "keep"
#                 ^^^^^^ T0219: `on_delete` can't be `"keep"`
    }
  }
  resource "AWS::EC2::VPC" "vpc" {
#                          ^^^^^ T0211: resource `vpc` is declared twice in this lowering
  }
}
"#,
    ));
}

#[test]
fn clouds_and_networks() {
    check(
        r#"
fleet "9lives" {
#     ^^^^^^^^ T0208: `9lives` can't be the name of a `fleet` block
  language = 1.5
#            ^^^ T0222: this version does not know edition 1.5 of the language
  catalog  = "2026-13-01"
#            ^^^^^^^^^^^^ T0221: `2026-13-01` is not
}
cloud "gogle" {
#     ^^^^^^^ T0225: what kind of cloud `gogle` is can't be told from its name
  regions = ["us-central1"]
}
cloud "azure" {
  account = "1"
# ^^^^^^^^^^^^^ T0226: `account` is a word of aws, and this cloud is azure
  regions = ["eastus", 3]
#                      ^ T0213: `regions` holds a number, expected strings
}
network "a" {
  cidr = "10.0.0.0/33"
#        ^^^^^^^^^^^^^ T0240: `10.0.0.0/33` is not an IPv4 range
}
network "b" {
  cidr   = "0.0.0.0/0"
  labels = { a = [] }
#          ^^^^^^^^^^ T0213: label `a` is a list, expected a string
}
"#,
    );
}

#[test]
fn a_misspelled_keyword_is_one_mistake() {
    check(&with_cloud(
        r#"
capacty "floor" {
#< T0201: `capacty` is not a block of the fleet language
  kind  = "owned"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 8
}
pool "a" {
  purpsoe     = "training"
# ^^^^^^^ T0202: `purpsoe` is not an attribute of `pool` blocks
  accelerator = "nvidia-h200"
  siez {
# ^^^^ T0201: `siez` is not a block of `pool` blocks
    gpus = 8
  }
  option "a" {
    cloud = cloud.aws
    buy {
      capacity = capacity.floor
    }
  }
}
module "net" {
  suorce = "./net"
# ^^^^^^ T0202: `suorce` is not an attribute of `module` blocks
}
"#,
    ));
}

#[test]
fn names_are_checked_where_nothing_is_evaluated_yet() {
    check(&with_cloud(
        r#"
locals {
  never = false ? uper("a") : lcoal.x
#                 ^^^^ T0311: there is no function `uper`
#                             ^^^^^ T0301: there is nothing called `lcoal` here
}
policy "small" {
  assert {
    condition = alltrue([for s in placment.slices : s.gpus < maxx(8, param.most)])
#                                 ^^^^^^^^ T0301: there is nothing called `placment` here
#                                                            ^^^^ T0311: there is no function `maxx`
    message   = "too many: ${pool.chat.gpus} in ${plcement}"
#                                 ^^^^ T0204: no pool is named `chat`
#                                                 ^^^^^^^^ T0301: there is nothing called `plcement` here
  }
}
"#,
    ));
}
