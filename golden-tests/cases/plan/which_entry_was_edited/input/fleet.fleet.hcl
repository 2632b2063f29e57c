fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

locals {
  teams = {
    ads    = { nodes = 2, zone = "use2-az1" }
    chat   = { nodes = 5, zone = "use2-az1" }
    search = { nodes = 4, zone = "use2-az2" }
  }

  sites = [
    { name = "east", size = 2, zone = "use2-az1" },
    { name = "west", size = 3, zone = "use2-az2" },
  ]
}

pool "team" {
  for_each    = local.teams
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = each.value.nodes
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = [each.value.zone]
  }
}

module "site" {
  source   = "./site"
  for_each = { for site in local.sites : site.name => site }
  nodes    = each.value.size
  zone     = each.value.zone
  cloud    = cloud.aws
  image    = image.serving
}
