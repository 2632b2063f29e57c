fleet "golden" {
  language = 1
}

cloud "main" {
  kind    = "aws"
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "a" {
    cloud = cloud.main
    zones = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}
