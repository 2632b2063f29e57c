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

commitment "deal" {
  cloud    = cloud.aws
  category = "spend"
  value    = "5M USD"
  rates    = { "nvidia-h200" = "3.00 USD/gpu-hour" }
  drawn    = { "2026-11-21" = "0.4M USD" }

  term {
    start = "2026-06-01"
    end   = "2027-05-31"
  }
}

capacity "block" {
  kind       = "granted"
  cloud      = cloud.aws
  zone       = "use2-az1"
  shape      = "p5en.48xlarge"
  nodes      = 2
  ids        = ["cr-0a1b2c3d4e5f60001"]
  commitment = commitment.deal
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 1
  }

  option "primary" {
    cloud = cloud.aws

    buy {
      capacity = capacity.block
    }
  }
}
