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

capacity "block" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5.48xlarge"
  nodes = 8
  ids   = ["cr-0a1b2c3d4e5f60001"]
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving
  labels      = { team = "chat" }

  size {
    nodes = 8
  }

  option "primary" {
    cloud = cloud.aws

    buy {
      capacity = capacity.block
    }
  }
}
