fleet "still" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
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
    hourly = "520 USD"
  }
}
