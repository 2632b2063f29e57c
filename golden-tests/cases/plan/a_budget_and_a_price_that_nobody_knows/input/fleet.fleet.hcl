fleet "ending" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

accelerator "acme-1" {
  title = "Acme 1"
}

shape "acme1.48xlarge" {
  cloud        = "aws"
  accelerator  = "acme-1"
  accelerators = 8
  vcpus        = 192
  arch         = "x86_64"
  offered_in   = ["us-east-2"]
  purchase     = ["on-demand"]
  source       = "the contract, annex 2"
}

commitment "old" {
  cloud    = cloud.aws
  category = "spend"
  value    = "1.4M USD"
  rates    = { "acme-1" = "2.50 USD/gpu-hour" }
  burn     = { "2026" = "1.4M USD" }
  drawn    = { "2026-11-30" = "1.25M USD" }

  term {
    start = "2026-01-01"
    end   = "2026-12-31"
  }
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "serve" {
  purpose     = "inference"
  accelerator = "acme-1"
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
