fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

variable "db_password" {
  type      = string
  sensitive = true
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock          = "10.1.0.0/16"
    EnableDnsHostnames = false
    Tags               = [{ Key = "Name", Value = "golden" }]
  }
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription     = "who may come in"
    VpcId                = resource.vpc.ref
    SecurityGroupIngress = [{ IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.0.0.0/8" }]
  }
}

resource "AWS::SSM::Parameter" "dsn" {
  body = {
    Type  = "String"
    Value = "postgres://serving:${var.db_password}@db.internal/fleet"
  }
}
