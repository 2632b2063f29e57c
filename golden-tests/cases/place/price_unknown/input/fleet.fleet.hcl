fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

capacity "block" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "usw2-az2"
  shape = "p5e.48xlarge"
  nodes = 2
  ids   = ["cr-0a1b2c3d4e5f60001"]
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = "serving" }

  size {
    nodes = 2
  }

  option "granted" {
    cloud  = cloud.aws
    region = "us-west-2"

    buy {
      capacity = capacity.block
    }
  }
}
