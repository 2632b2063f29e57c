fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "eu-west-1"]
}

variable "ceiling" {
  default = 1000
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}

capacity "block" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 2
  ids   = ["cr-0a1b2c3d4e5f60718"]
}

pool "batch" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "primary" {
    cloud = cloud.aws

    buy {
      capacity = capacity.block
    }
  }
}

policy "small" {
  assert {
    condition = pool.chat.placed_gpu <= 8
    message   = "chat is meant to be small"
  }
}

policy "in_america" {
  assert {
    condition = placement.slices[0].region.name
    message   = "all of it stays in the United States"
  }
}
