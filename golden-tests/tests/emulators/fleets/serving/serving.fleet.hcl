# What ministack can hold of a fleet: nodes without RDMA, bought on demand, in a network of the standard library.

fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "123456789012"
  regions = ["us-east-2"]
}

network "main" {
  cidr = "10.20.0.0/16"
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  network     = network.main
  labels      = { team = "serving" }

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}

pool "batch" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving
  network     = network.main
  labels      = { team = "batch" }

  size {
    nodes = 3
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}
