fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription     = "https"
    SecurityGroupIngress = [{ IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.0.0.0/8" }]
  }
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock          = "10.1.0.0/16"
    EnableDnsHostnames = true
  }
}

resource "AWS::SQS::Queue" "work" {
  body = {
    MessageRetentionPeriod = 3600
    VisibilityTimeout      = 30
  }
}
