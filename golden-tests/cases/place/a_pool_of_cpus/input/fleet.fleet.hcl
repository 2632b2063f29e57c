fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

cloud "azure" {
  subscription = "00000000-0000-0000-0000-000000000000"
  regions      = ["eastus2"]
}

image "worker" {
  aws   = { ami = "ami-0f3c8e2d41b7a9650" }
  azure = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images/providers/Microsoft.Compute/images/worker" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.worker

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}

pool "preprocessing" {
  purpose = "cpu"
  image   = image.worker

  size {
    vcpus = 40000
  }

  option "azure" {
    cloud = cloud.azure
  }

  option "anywhere" {
    buy {
      spot = "rest"
    }
  }
}
