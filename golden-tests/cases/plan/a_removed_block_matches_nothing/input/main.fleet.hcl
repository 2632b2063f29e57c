fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::S3::Bucket" "data" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    Tags = [{ Key = "team", Value = "research" }]
  }
}

resource "AWS::S3::Bucket" "logs" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    Tags = [{ Key = "team", Value = "research" }]
  }
}
