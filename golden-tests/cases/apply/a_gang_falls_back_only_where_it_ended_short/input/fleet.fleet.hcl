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

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    gpus = 64
    gang = true
  }

  option "ohio" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }

  option "oregon" {
    cloud  = cloud.aws
    region = "us-west-2"
    zones  = ["usw2-az2"]

    buy {
      on_demand = "rest"
    }
  }

  fallback {
    on = ["capacity_error"]
  }

  rollout {
    on_capacity = "fall_back"
  }
}
