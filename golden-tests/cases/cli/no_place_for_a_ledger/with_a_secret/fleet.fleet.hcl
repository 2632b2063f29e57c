fleet "golden" {
  language = 1
  ledger   = "s3://AKIA5EXAMPLE:hunter2@lab-ledgers/training"
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
