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

pool "chat" {
  purpose     = "training"
  accelerator = ["nvidia-b300", "nvidia-h100"]
  image       = image.serving
  labels      = { team = "serving" }

  size {
    gpus = 64
  }

  fabric {
    kind             = "rdma"
    min_gbps_per_gpu = 500
  }

  option "thin" {
    cloud  = cloud.aws
    region = "us-east-2"
    shape  = "p5.48xlarge"
  }

  option "elsewhere" {
    cloud  = cloud.aws
    region = "us-east-2"
  }
}
