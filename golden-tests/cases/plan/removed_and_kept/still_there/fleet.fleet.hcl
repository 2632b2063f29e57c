fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

resource "AWS::EC2::VPC" "lab" {
  for_each = { a = "10.1.0.0/16" }
  cloud    = cloud.aws
  region   = "us-east-2"
  body     = { CidrBlock = each.value }
}

removed {
  from = resource.lab["a"]
}
