fleet "golden" {
  language = 1
}

cloud "aws" {
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

commitment "east" {
  cloud    = cloud.aws
  category = "spend"
  value    = "30M USD"
  rates    = { "nvidia-h200" = "3.00 USD/gpu-hour" }
  drawn    = { "2026-11-21" = "1.0M USD" }

  term {
    start = "2026-01-01"
    end   = "2027-12-31"
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 5
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}
