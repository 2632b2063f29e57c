fleet "contracts" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

cloud "other" {
  kind    = "aws"
  account = "444455556666"
  regions = ["us-west-2"]
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

  milestone "full" {
    by       = "2026-12-31"
    capacity = { "nvidia-h200" = 64 }
  }
}

commitment "hours" {
  cloud    = cloud.other
  category = "usage"
  value    = "250000 gpu-hours"
  burn     = { "2026" = "250000 gpu-hours" }

  term {
    start = "2026-06-01"
    end   = "2026-12-31"
  }

  covers {
    accelerators = ["nvidia-h100"]
  }
}

capacity "block" {
  kind  = "granted"
  cloud = cloud.other
  zone  = "usw2-az2"
  shape = "p5.48xlarge"
  nodes = 8
  group = "arn:aws:resource-groups:us-west-2:444455556666:group/h100"
}

capacity "floor" {
  kind  = "owned"
  cloud = cloud.other
  zone  = "usw2-az1"
  shape = "p5en.48xlarge"
  nodes = 4
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "serve" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 8
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}

pool "reserved" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "floor" {
    cloud = cloud.other

    buy {
      capacity = capacity.floor
    }
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
    cloud = cloud.other

    buy {
      capacity = capacity.block
    }
  }
}
