fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.4.0.0/16"
  }
}

resource "AWS::EC2::Subnet" "nodes" {
  for_each = {
    first = "10.4.0.0/20"
    other = "10.4.16.0/20"
  }

  body = {
    VpcId     = resource.vpc.ref
    CidrBlock = each.value
  }
}

resource "AWS::IAM::Role" "of" {
  for_each = ["loader"]

  body = {
    RoleName                 = "golden-data"
    AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [] }
  }
}
