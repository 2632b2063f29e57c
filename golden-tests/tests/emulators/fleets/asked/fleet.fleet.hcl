# Two pools that need what AWS can be asked for: room in a reservation, quotas, and that their shapes are sold in their zones.

fleet "asked" {
  language = 1
}

cloud "aws" {
  account = "123456789012"
  regions = ["us-east-1", "us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

image "serving_east" {
  aws = { ami = "ami-0f3c8e2d41b7a9651" }
}

capacity "block" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 4
  ids     = { "cr-0a1b2c3d4e5f60001" = 4 }
}

pool "train" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 6
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity  = capacity.block
      on_demand = "rest"
    }
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving_east

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-1"
    zones  = ["use1-atl2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}
