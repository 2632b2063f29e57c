fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

locals {
  teams = {
    ads    = { nodes = 2, zone = "use2-az1" }
    chat   = { nodes = 2, zone = "use2-az1" }
    search = { nodes = 3, zone = "use2-az2" }
  }
}

module "team" {
  source   = "./serve"
  for_each = local.teams
  nodes    = each.value.nodes
  zone     = each.value.zone
  account  = cloud.aws
}
