fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "site" {
  for_each = { east = "10.1.0.0/16", west = "10.2.0.0/16" }

  body = {
    CidrBlock = each.value
  }
}
