fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

locals {
  teams = { blue = 1, red = 2 }
}

pool "chat" {
  for_each = local.teams

  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = each.key }

  size {
    nodes = each.value
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}

output "gpus" {
  value = sum([for team in pool.chat : team.gpus])
}
