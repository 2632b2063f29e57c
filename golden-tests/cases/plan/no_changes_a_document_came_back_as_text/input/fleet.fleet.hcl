fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::S3::Bucket" "corpus" {
  body = {
    BucketName = "corpus-111122223333"
  }
}

resource "AWS::S3::BucketPolicy" "read" {
  body = {
    Bucket = resource.corpus.ref
    PolicyDocument = {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "read"
        Effect    = "Allow"
        Principal = { AWS = ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"] }
        Action    = ["s3:GetObject"]
        Resource  = "arn:aws:s3:::corpus-111122223333/*"
      }]
    }
  }
}
