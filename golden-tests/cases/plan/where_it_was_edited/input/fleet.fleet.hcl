fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

cloud "second" {
  kind    = "aws"
  account = "444455556666"
  regions = ["us-east-2"]
}

locals {
  zones = ["use2-az1"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

module "site" {
  source = "./site"
  nodes  = 2
  image  = image.serving
}

pool "spread" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 4
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = local.zones
  }
}

pool "shared" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    gpus = 64
  }

  split {
    share "first" {
      cloud  = cloud.aws
      zones  = ["use2-az1"]
      target = "75%"
    }
    share "second" {
      cloud  = cloud.second
      zones  = ["use2-az1"]
      target = "25%" # of the second
    }
  }
}
