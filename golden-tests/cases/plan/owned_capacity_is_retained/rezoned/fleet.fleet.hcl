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

capacity "floor" {
  kind  = "owned"
  cloud = cloud.aws
  zone  = "use2-az2"
  shape = "p5en.48xlarge"
  nodes = 2
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = "serving" }

  size {
    nodes = 3
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az2"]

    buy {
      capacity  = capacity.floor
      on_demand = "rest"
    }
  }
}
