fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::S3::Bucket" "ckpt" {
  body = { BucketName = "lab-ckpt" }
}

resource "AWS::S3::Bucket" "logs" {
  body = { BucketName = "lab-logs" }
}
