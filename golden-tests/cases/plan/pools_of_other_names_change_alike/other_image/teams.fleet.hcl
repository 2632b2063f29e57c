# Eight teams, each with a pool of its own that somebody wrote by hand.
fleet "teams" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "train" {
  aws = { ami = "ami-0f3c8e2d41b7a9651" }
}

pool "arc" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}

pool "bay" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}

pool "cove" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}

pool "delta" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}

pool "elm" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }

  rollout {
    step = "25%"
  }
}

pool "fjord" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 16
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}

pool "glen" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}

pool "hill" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  option "a" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"

    buy {
      on_demand = "rest"
    }
  }
}
