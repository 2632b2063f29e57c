fleet "training" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

locals {
  share = "10%"
}

commitment "first" {
  cloud    = cloud.aws
  category = "spend"
  value    = "9M USD"
  rates    = { nvidia-h200 = "3.00 USD/gpu-hour" }

  term {
    start = "2026-07-01"
    end   = "2027-06-30"
  }
}

commitment "second" {
  cloud    = cloud.aws
  category = "spend"
  value    = "9M USD"
  rates    = { nvidia-h200 = "2.00 USD/gpu-hour" }

  term {
    start = "2026-07-01"
    end   = "2027-06-30"
  }
}

image "train" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "train" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    gpus   = 30
    spares = "10%"
  }

  window {
    end = "2027-03-31"
  }

  option "east" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    draw   = commitment.first
  }

  option "west" {
    cloud  = cloud.aws
    region = "us-west-2"
  }

  fallback {
    on         = ["preflight_failed"]
    cross_plan = "require_approval"
  }

  rollout {
    on_capacity = "roll_back"
  }
}
