fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

lookup "AWS::EC2::VPC" "shared" {
  cloud = cloud.aws
  where = { Tags = { Name = "shared" } }
}

resource "AWS::EC2::Subnet" "a" {
  body = {
    VpcId              = lookup.shared.ref
    CidrBlock          = "10.1.1.0/24"
    AvailabilityZoneId = "use2-az1"
  }
}
