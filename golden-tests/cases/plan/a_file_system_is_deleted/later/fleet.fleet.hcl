fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::SecurityGroup" "lustre" {
  body = {
    GroupDescription = "Lustre"
    VpcId            = "vpc-0a1b2c3d4e5f60001"
  }
}
