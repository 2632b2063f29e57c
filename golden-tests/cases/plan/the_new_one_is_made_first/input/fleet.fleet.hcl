fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::IAM::Role" "nodes" {
  body = {
    RoleName                 = "nodes"
    Path                     = "/"
    AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [] }
  }

  lifecycle {
    order = "delete_first"
  }
}
