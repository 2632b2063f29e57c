fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::IAM::Role" "job" {
  for_each = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]

  body = {
    AssumeRolePolicyDocument = {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Principal = { Service = "ec2.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
      }]
    }
  }
}

resource "AWS::SQS::Queue" "jobs" {
  for_each = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]

  body = {
    VisibilityTimeout = 30
  }
}

resource "AWS::S3::Bucket" "data" {
  body = {}
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
  }
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription = "who may come in"
    VpcId            = resource.vpc.ref
  }
}

resource "AWS::EC2::SecurityGroupIngress" "office" {
  body = {
    GroupId    = resource.door.att.GroupId
    IpProtocol = "tcp"
    FromPort   = 443
    ToPort     = 443
    CidrIp     = "10.0.0.0/8"
  }
}
