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

lookup "AWS::EC2::VPC" "none" {
  cloud = cloud.aws
  where = { CidrBlock = "10.99.0.0/16" }
}

lookup "AWS::EC2::VPC" "several" {
  cloud = cloud.aws
  where = { EnableDnsSupport = true }
}
