//! What a hand that knows Terraform writes, and what it is told, drawn where it is written.

use super::{check, with_cloud};

#[test]
fn blocks_of_terraform() {
    check(&with_cloud(
        r#"
provider "aws" {
#< T0295: `provider` is a block of Terraform
  region = "us-east-1"
}
terraform {
#< T0295: `terraform` is a block of Terraform
  required_version = ">= 1.5"
}
data "aws_ami" "x" {
#< T0295: `data` is a block of Terraform
  most_recent = true
}
variable "nodes" {
  default = 2
  validation {
    condition     = var.nodes > 1
    error_message = "too few"
#   ^^^^^^^^^^^^^ T0295: `validation` blocks have no `error_message`, as Terraform has
  }
}
pool "a" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  size {
    nodes = 2
  }
  dynamic "option" {
# ^^^^^^^ T0295: `pool` blocks have no `dynamic`, as Terraform has
    for_each = [1]
  }
  lifecycle {
# ^^^^^^^^^ T0295: `pool` blocks have no `lifecycle`, as Terraform has
    prevent_destroy = true
  }
  option "x" {
    cloud = cloud.aws
  }
}
resource "AWS::S3::Bucket" "corpus" {
  BucketName = "corpus"
# ^^^^^^^^^^ T0202: `BucketName` is not an attribute of `resource` blocks
  lifecycle {
    prevent_destroy = true
#   ^^^^^^^^^^^^^^^ T0295: `lifecycle` blocks have no `prevent_destroy`, as Terraform has
  }
}
"#,
    ));
}

#[test]
fn attributes_of_terraform() {
    check(&with_cloud(
        r#"
pool "a" {
  count       = 3
# ^^^^^ T0295: `pool` blocks have no `count`, as Terraform has
  provider    = cloud.aws
# ^^^^^^^^ T0295: `pool` blocks have no `provider`, as Terraform has
  depends_on  = []
# ^^^^^^^^^^ T0295: `pool` blocks have no `depends_on`, as Terraform has
  tags        = { team = "x" }
# ^^^^ T0295: `pool` blocks have no `tags`, as Terraform has
  purpose     = "training"
  accelerator = "nvidia-h200"
  size = { nodes = 2 }
# ^^^^ T0202: `size` is not an attribute of `pool` blocks
  option "x" {
    cloud         = cloud.aws
    instance_type = "p5en.48xlarge"
#   ^^^^^^^^^^^^^ T0295: `option` blocks have no `instance_type`, as Terraform has
  }
}
"#,
    ));
}

#[test]
fn names_that_mean_nothing_here() {
    check(&with_cloud(
        r#"
variable "nodes" {
  default = 2
}
resource "AWS::S3::Bucket" "corpus" {
}
locals {
  bare      = nodes
#             ^^^^^ T0301: there is nothing called `nodes` here
  long      = variable.nodes
#             ^^^^^^^^ T0295: there is no `variable` here, as Terraform has
  workspace = terraform.workspace
#             ^^^^^^^^^ T0295: there is no `terraform` here, as Terraform has
  folder    = path.module
#             ^^^^ T0295: there is no `path` here, as Terraform has
  image     = data.aws_ami.x.id
#             ^^^^ T0295: there is no `data` here, as Terraform has
  index     = count.index
#             ^^^^^ T0295: there is no `count` here, as Terraform has
  me        = self.name
#             ^^^^ T0295: there is no `self` here, as Terraform has
  entry     = each.value
#             ^^^^ T0296: `each` is known inside a block with `for_each` only
  on        = True
#             ^^^^ T0297: `True` is written `true` here
  nothing   = None
#             ^^^^ T0297: `None` is written `null` here
  typed     = aws_s3_bucket.corpus.id
#             ^^^^^^^^^^^^^ T0301: there is nothing called `aws_s3_bucket` here
}
variable "count" {
  type    = int
#           ^^^ T0245: `int` is not a type
  default = 1
}
"#,
    ));
}

#[test]
fn quotes_too_many_and_too_few() {
    check(&with_cloud(
        r#"
pool "a" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  size {
    gpus   = "4096"
#            ^^^^^^ T0213: `gpus` is a string, expected a whole number
    spares = 2
#            ^ T0213: `spares` is a number, expected a percentage such as `"2%"`
    gang   = "yes"
#            ^^^^^ T0213: `gang` is a string, expected `true` or `false`
  }
  window {
    start = 2027-01-01
#           ^^^^^^^^^^ T0213: `start` is a number, expected a date such as `"2027-01-11"`
  }
  budget {
    hourly = 52000
#            ^^^^^ T0213: `hourly` is a number, expected an amount of money such as `"52000 USD"`
  }
  option "x" {
    cloud = cloud.aws
    moves {
      lead_time = 21
#                 ^^ T0213: `lead_time` is a number, expected a duration such as `"21d"`
    }
  }
}
"#,
    ));
}

#[test]
fn the_way_out_is_a_mend() {
    use super::analyse;
    let mend = |line: &str| {
        let (_, found, ..) = analyse(&with_cloud(line), &[]);
        let mend = found.first().and_then(|d| d.suggestions.first()).map(|s| s.replacement.clone());
        mend.unwrap_or_else(|| panic!("no mend: {found:#?}"))
    };
    assert_eq!(
        mend(
            "commitment \"c\" {\n  cloud = cloud.aws\n  category = \"spend\"\n  value = \"1 USD\"\n  term {\n    start = 2027-1-11\n    end = \"2028-01-01\"\n  }\n}\n"
        ),
        "\"2027-01-11\""
    );
    assert_eq!(mend("variable \"x\" {\n  type = int\n  default = 1\n}\n"), "number");
    assert_eq!(mend("locals {\n  a = 1\n  b = a\n}\n"), "local.a");
    assert_eq!(mend("locals {\n  b = nil\n}\n"), "null");
}
