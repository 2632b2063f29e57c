fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-1", "us-west-2"]
}

cloud "google" {
  project = "serving-prod"
  regions = ["us-central1"]
}

image "serving" {
  aws    = { ami = "ami-0f3c8e2d41b7a9650" }
  google = { project = "serving-prod", family = "serving" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    gpus = 128
  }

  split {
    share "aws" {
      cloud  = cloud.aws
      region = "us-east-1"
      zones  = ["use1-az4"]
      target = "75%"
    }
    share "google" {
      cloud  = cloud.google
      zones  = ["us-central1-a"]
      target = "25%"
    }
  }
}

pool "search" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 1
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-west-2"
    zones  = ["usw2-az2"]
  }
}
