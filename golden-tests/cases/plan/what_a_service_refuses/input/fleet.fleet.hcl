fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

storage "corpus" {
  kind   = "lustre"
  size   = "96 TiB"
  cloud  = cloud.aws
  region = "us-east-2"
}

resource "AWS::EC2::Volume" "scratch" {
  body = {
    AvailabilityZoneId = "use2-az1"
    Size               = 2000
  }
}

resource "AWS::KMS::Key" "weights" {
  body = {
    KeySpec   = "SYMMETRIC_DEFAULT"
    KeyPolicy = { Version = "2012-10-17", Statement = [] }
  }
}
