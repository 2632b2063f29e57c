fleet "gemma" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

cloud "google" {
  project = "gemma-train"
  regions = ["us-central1"]
}

image "train" {
  google = { family = "ubuntu-accelerator-2404-amd64-with-nvidia-580", project = "ubuntu-os-accelerator-images" }
}

capacity "floor" {
  kind  = "granted"
  cloud = cloud.google
  zone  = "us-central1-b"
  shape = "a4-highgpu-8g"
  nodes = 16
  ids   = ["gemma-b200"]
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-b200"
  image       = image.train

  size {
    gpus = 128
  }

  fabric {
    kind             = "rdma"
    min_gbps_per_gpu = 400
  }

  option "granted" {
    cloud = cloud.google

    buy {
      capacity = capacity.floor
    }
  }
}

resource "AWS::S3::Bucket" "weights" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    BucketName = "weights"
  }
}
