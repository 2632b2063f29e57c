fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::Volume" "scratch" {
  body = {
    AvailabilityZone = "us-east-2a"
    Size             = 16384
    VolumeType       = "gp3"
  }
}

resource "AWS::S3::Bucket" "results" {
  body = {}
}

resource "AWS::KMS::Key" "data" {
  body = {
    KeyPolicy = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" }]
    }
  }
}
