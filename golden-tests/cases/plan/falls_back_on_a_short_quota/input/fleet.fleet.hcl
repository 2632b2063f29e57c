fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

image "train" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    gpus = 64
    gang = true
  }

  option "near" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }

  option "far" {
    cloud  = cloud.aws
    region = "us-west-2"
    zones  = ["usw2-az2"]
  }

  fallback {
    on = ["preflight_failed"]
  }
}
