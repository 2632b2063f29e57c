fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

capacity "block" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 64
  ids     = { "cr-0a1b2c3d4e5f60001" = 64 }

  window {
    start = "2026-11-01"
    end   = "2027-03-31"
  }
}

pool "train" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 72
  }

  window {
    start = "2026-12-01"
    end   = "2027-02-28"
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

pool "batch" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 4
  }

  option "cheap" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az2"]
    shape  = "p5.48xlarge"

    buy {
      spot = "rest"
    }
  }
}
