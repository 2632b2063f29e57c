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

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 4
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = 2
      spot      = "rest"
    }
  }
}

# A lowering is used once for each way of buying, and what it makes is told apart by `spot/`: a key should not begin with that.
lowering "pool" "aws" {
  resource "AWS::EC2::PlacementGroup" "near" {
    for_each = ["a", "spot/a"]

    body = {
      Strategy = "cluster"
    }
  }
}
