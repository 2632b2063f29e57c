fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
  }
}

resource "AWS::EC2::VPC" "west" {
  body = {
    CidrBlock = "10.2.0.0/16"
  }
}

resource "AWS::EC2::Subnet" "a" {
  body = {
    VpcId              = resource.west.ref
    CidrBlock          = "10.2.1.0/24"
    AvailabilityZoneId = "use2-az1"
  }
}
