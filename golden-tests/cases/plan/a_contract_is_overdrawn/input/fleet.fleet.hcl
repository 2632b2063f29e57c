fleet "contracts" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

commitment "aws_2y" {
  cloud     = cloud.aws
  category  = "spend"
  value     = "2.8M USD"
  shortfall = "pay_difference"
  rates     = { "nvidia-h200" = "2.50 USD/gpu-hour" }
  burn      = { "2026" = "1.4M USD", "2027" = "1.4M USD" }

  term {
    start = "2026-01-01"
    end   = "2027-12-31"
  }

  covers {
    accelerators = ["nvidia-h200"]
    regions      = ["us-east-2"]
  }

  milestone "full" {
    by       = "2027-06-30"
    capacity = { "nvidia-h200" = 64 }
  }
}

commitment "hours" {
  cloud     = cloud.aws
  category  = "usage"
  value     = "50000 gpu-hours"
  burn      = { "2027" = "50000 gpu-hours" }
  shortfall = "pay_difference"

  term {
    start = "2027-01-01"
    end   = "2027-01-31"
  }

  covers {
    accelerators = ["nvidia-h100"]
  }
}

capacity "block" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "usw2-az2"
  shape = "p5.48xlarge"
  nodes = 8
  group = "arn:aws:resource-groups:us-west-2:111122223333:group/h100"
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "serve" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 8 # serve
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-west-2"
    zones  = ["usw2-az1"]
  }
}

pool "batch" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 2
  }

  option "block" {
    cloud = cloud.aws

    buy {
      capacity = capacity.block
    }
  }
}
