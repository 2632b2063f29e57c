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

# The cloud has no such VPC: its identifier can be used all the same, and nothing else of it.
lookup "AWS::EC2::VPC" "elsewhere" {
  cloud = cloud.aws
  id    = "vpc-00000000000000000"
}

resource "AWS::EC2::Subnet" "extra" {
  body = {
    VpcId     = lookup.elsewhere.ref
    CidrBlock = cidrsubnet(lookup.elsewhere.att.CidrBlock, 8, 1)
  }
  cloud  = cloud.aws
  region = "us-east-2"
}

resource "AWS::EC2::Subnet" "other" {
  body = {
    VpcId     = lookup.elsewhere.ref
    CidrBlock = lookup.elsewhere.att.CidrBlock
  }
  cloud  = cloud.aws
  region = "us-east-2"
}
