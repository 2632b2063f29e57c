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

capacity "east" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 17
  ids     = { "cr-0a1b2c3d4e5f60001" = 9, "cr-0a1b2c3d4e5f60002" = 8 }

  window {
    start = "2026-01-01"
    end   = "2026-06-30"
  }
}

capacity "west" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "usw2-az2"
  shape   = "p5.48xlarge"
  nodes   = 17
  ids     = { "cr-0b1b2c3d4e5f60001" = 10, "cr-0b1b2c3d4e5f60002" = 7 }

  window {
    start = "2026-11-01"
    end   = "2027-01-31"
  }
}

pool "chat" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.serving
  labels      = { team = "serving" }

  size {
    gpus   = 128
    spares = "2%"
  }

  window {
    start = "2026-12-01"
    end   = "2027-03-31"
  }

  fabric {
    kind = "rdma"
  }

  option "east" {
    cloud  = cloud.aws
    region = "us-east-2"

    buy {
      capacity = capacity.east
    }
  }

  option "west" {
    cloud  = cloud.aws
    region = "us-west-2"

    buy {
      capacity = capacity.west
    }
  }
}
