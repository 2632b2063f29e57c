fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

locals {
  a = local.b + 1
  b = local.c * 2
  c = local.a
}
