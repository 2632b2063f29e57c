fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

variable "gpus" {
  type    = number
  default = 32 # four nodes
}

image "train" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "train" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  labels = {
    team = "research" # who pays
  }

  size {
    gpus = var.gpus
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
