fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["aws-frontier-1"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "acme-1"
  image       = image.serving

  size {
    gpus = 100
  }

  option "site" {
    cloud = cloud.aws
  }
}
