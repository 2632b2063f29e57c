fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

resource "AWS::EC2::VPC" "shared" {
  cloud  = cloud.aws
  region = "us-east-2"
  body   = { CidrBlock = "10.40.0.0/16" }
}

import {
  to = resource.shared
  id = "vpc-0a1b2c3d4e5f60718"
}
