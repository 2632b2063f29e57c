fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

cloud "east" {
  kind    = "aws"
  regions = ["us-east-1"]
}

image "arm" {
  aws = { ami = "ami-0aaaaaaaaaaaaaaaa" }
}

capacity "ultra" {
  kind    = "granted"
  product = "capacity_block"
  cloud   = cloud.east
  zone    = "use1-dfw2-az1"
  shape   = "p6e-gb200.36xlarge"
  nodes   = 45000
  group   = "arn:aws:resource-groups:us-east-1:111122223333:group/ultra"
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-gb200"
  image       = image.arm

  size {
    gpus = 180000
  }

  option "granted" {
    cloud  = cloud.east
    region = "us-east-1"

    buy {
      capacity = capacity.ultra
    }
  }
}
