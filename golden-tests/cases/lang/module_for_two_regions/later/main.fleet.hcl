fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

variable "nodes" {
  default = 2
}

cidr "plan" {
  range    = "10.0.0.0/8"
  reserved = ["10.0.0.0/16"]

  carve "east" {
    prefix = 16
  }
  carve "west" {
    prefix = 16
  }
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

module "site" {
  source = "./site"

  for_each = {
    home = { region = "us-east-2", zone = "use2-az1", range = cidr.plan.east }
  }

  site  = each.value
  nodes = var.nodes
  image = image.serving
}

resource "AWS::S3::Bucket" "index" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    Tags = [{ Key = "east", Value = module.site["home"].bucket }]
  }
}

output "gpus" {
  value = { for name, site in module.site : name => site.gpus }
}

output "ranges" {
  value = [for site in module.site : site.range]
}

moved {
  from = module.site["east"]
  to   = module.site["home"]
}
