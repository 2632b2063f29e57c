fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "train" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

capacity "blocks" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 16

  ids = {
    "cr-0a1b2c3d4e5f60001" = 4
    "cr-0a1b2c3d4e5f60002" = 4
    "cr-0a1b2c3d4e5f60003" = 4
    "cr-0a1b2c3d4e5f60004" = 4
  }
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    gpus = 128
    gang = true
  }

  option "blocks" {
    cloud  = cloud.aws
    region = "us-east-2"

    buy {
      capacity = capacity.blocks
    }
  }
}
