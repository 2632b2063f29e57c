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

capacity "block" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5en.48xlarge"
  nodes   = 2
  ids     = { "cr-0a1b2c3d4e5f60001" = 2 }
}

pool "train" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "block" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity = capacity.block
    }
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "west" {
    cloud  = cloud.aws
    region = "us-west-2"
    zones  = ["usw2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}
