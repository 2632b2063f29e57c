fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::LaunchTemplate" "node" {
  body = {
    LaunchTemplateData = {
      ImageId      = "ami-0f3c8e2d41b7a9650"
      InstanceType = "p5en.48xlarge"
      UserData     = base64encode("#!/bin/sh\nset -e\nmount /data\n")
    }
  }
}

resource "AWS::IAM::ManagedPolicy" "read" {
  body = {
    PolicyDocument = "{ \"Version\": \"2012-10-17\", \"Statement\": [ { \"Action\": \"s3:GetObject\", \"Effect\": \"Allow\", \"Resource\": \"*\" } ] }"
  }
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
    Tags      = [{ Key = "team", Value = "training" }, { Key = "cost", Value = "42" }]
  }
}
