fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

lookup "AWS::EC2::VPC" "absent" {
  cloud = cloud.aws
  id    = "vpc-99999999999999999"
}

resource "AWS::EC2::Subnet" "nodes" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    VpcId     = lookup.absent.ref
    CidrBlock = lookup.absent.att.CidrBlock
  }
}
