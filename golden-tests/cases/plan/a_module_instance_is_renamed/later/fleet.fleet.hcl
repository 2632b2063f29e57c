fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

locals {
  teams = {
    adv    = { nodes = 2, zone = "use2-az1" }
    chat   = { nodes = 5, zone = "use2-az1" }
    search = { nodes = 3, zone = "use2-az3" }
  }
}

module "team" {
  source   = "./serve"
  for_each = local.teams
  nodes    = each.value.nodes
  zone     = each.value.zone
  account  = cloud.aws
}
