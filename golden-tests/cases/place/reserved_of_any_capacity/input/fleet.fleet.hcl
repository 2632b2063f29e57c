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

capacity "b" {
  kind    = "granted"
  product = "reservation"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5en.48xlarge"
  nodes   = 6
  ids     = ["cr-b"]
}

capacity "a" {
  kind    = "granted"
  product = "reservation"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5en.48xlarge"
  nodes   = 5
  ids     = ["cr-a"]
}

capacity "west" {
  kind    = "granted"
  product = "reservation"
  cloud   = cloud.aws
  zone    = "usw2-az2"
  shape   = "p5en.48xlarge"
  nodes   = 50
  ids     = ["cr-west"]
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = "serving" }

  size {
    nodes = 12
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      reserved  = 8
      on_demand = "rest"
    }
  }
}
