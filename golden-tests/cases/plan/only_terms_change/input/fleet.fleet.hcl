fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

locals {
  ceiling = "600 USD"
}

commitment "aws_2y" {
  cloud    = cloud.aws
  category = "spend"
  value    = "2.8M USD"
  rates    = { "nvidia-h200" = "2.50 USD/gpu-hour" }
  burn     = { "2026" = "1.4M USD", "2027" = "1.4M USD" }

  term {
    start = "2026-01-01"
    end   = "2027-12-31"
  }
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    gpus = 32
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }

  budget {
    hourly = local.ceiling
  }
}

policy "not_too_many" {
  assert {
    condition = sum(values(placement.gpus_by_cloud)) <= 64
    message   = "no more than 64 GPUs"
  }
}
