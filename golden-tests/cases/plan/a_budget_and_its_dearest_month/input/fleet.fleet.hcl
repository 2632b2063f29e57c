fleet "ending" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

commitment "old" {
  cloud    = cloud.aws
  category = "spend"
  value    = "1.4M USD"
  rates    = { "nvidia-h200" = "2.50 USD/gpu-hour" }
  burn     = { "2026" = "1.4M USD" }
  drawn    = { "2026-11-30" = "1.25M USD" }

  term {
    start = "2026-01-01"
    end   = "2026-12-31"
  }
}

commitment "new" {
  cloud    = cloud.aws
  category = "spend"
  value    = "2M USD"
  rates    = { "nvidia-h200" = "2.20 USD/gpu-hour" }
  burn     = { "2027" = "2M USD" }

  term {
    start = "2027-02-01"
    end   = "2027-12-31"
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
    nodes = 8
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }

  budget {
    monthly = "200000 USD"
  }
}
