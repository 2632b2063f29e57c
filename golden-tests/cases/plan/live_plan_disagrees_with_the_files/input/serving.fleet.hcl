fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

resource "AWS::EC2::VPC" "shared" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    CidrBlock = "10.1.0.0/16"
    Tags      = [{ Key = "Name", Value = "shared" }]
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "bought" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}
