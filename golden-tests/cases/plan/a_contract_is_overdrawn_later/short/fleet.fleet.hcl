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

capacity "block" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 24
  group = "arn:aws:resource-groups:us-east-2:111122223333:group/h200"

  window {
    start = "2026-11-01"
    end   = "2028-06-30"
  }
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "serve" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = ramp({ "2026-11-01" = 8, "2029-01-01" = 24 }, "step")
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity = capacity.block
    }
  }
}
