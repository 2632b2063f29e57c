fleet "training" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "main" {
  body = {
    CidrBlock = "10.1.0.0/16"
  }
}
