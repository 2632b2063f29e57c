fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

removed {
  from = pool.chat
}

removed {
  from = resource.lab
}

resource "AWS::S3::Bucket" "logs" {
  cloud  = cloud.aws
  region = "us-east-2"
  body   = { BucketName = "golden-logs" }
}
