fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "123456789012"
  regions = ["us-east-2"]
}

image "base" {
  aws = { ami = "ami-0e3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.base

  size {
    nodes = 7
  }

  option "east" {
    cloud = cloud.aws
    zones = ["use2-az1"]
  }

  rollout {
    step = "2 nodes"
  }
}

policy "few_stop" {
  assert {
    condition = plan.gpus_stopped <= 16
    message   = "stops ${plan.gpus_stopped} GPUs"
  }
}
