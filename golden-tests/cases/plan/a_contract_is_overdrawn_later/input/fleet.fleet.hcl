fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

commitment "aws_4y" {
  cloud    = cloud.aws
  category = "spend"
  value    = "6M USD"

  term {
    start = "2026-11-01"
    end   = "2029-12-31"
  }

  rates     = { nvidia-h200 = "2.50 USD/gpu-hour" }
  burn      = { "2026" = "0.3M USD", "2027" = "1.7M USD", "2028" = "1.8M USD", "2029" = "2.2M USD" }
  drawn     = { "2026-11-21" = "40320 USD" }
  shortfall = "none"
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "serve" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = ramp({ "2026-11-01" = 4, "2029-01-01" = 24 }, "step") # serve
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}
