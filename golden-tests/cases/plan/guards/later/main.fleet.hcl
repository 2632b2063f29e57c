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

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    replicas         = 4
    gpus_per_replica = 4
  }

  option "primary" {
    cloud = cloud.aws
    zones = ["use2-az1"]
  }

  protect {
    destroy = "deny"
    shrink  = "deny"
    until   = "2027-04-11"
  }

  budget {
    hourly  = "400 USD"
    monthly = "190K USD"
  }
}

capacity "block" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 2
  ids   = ["cr-0a1b2c3d4e5f60718"]
}

pool "draft" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "primary" {
    cloud = cloud.aws

    buy {
      capacity = capacity.block
    }
  }

  budget {
    hourly = "600 USD"
  }
}
