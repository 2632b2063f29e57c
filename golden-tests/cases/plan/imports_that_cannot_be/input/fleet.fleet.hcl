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

resource "AWS::EC2::VPC" "shared" {
  cloud  = cloud.aws
  region = "us-east-2"
  body   = { CidrBlock = "10.40.0.0/16" }
}

resource "AWS::EC2::VPC" "gone" {
  cloud  = cloud.aws
  region = "us-east-2"
  body   = { CidrBlock = "10.42.0.0/16" }
}

import {
  to = resource.gone
  id = "vpc-99999999999999999"
}

import {
  to = "resource.shared[\"one\"]"
  id = "vpc-0a1b2c3d4e5f60718"
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = "serving" }

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}
