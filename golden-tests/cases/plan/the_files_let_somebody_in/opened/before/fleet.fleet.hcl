fleet "net" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

variable "office" {
  type    = string
  default = "203.0.113.0/24"
}

resource "AWS::EC2::VPC" "main" {
  body = { CidrBlock = "10.9.0.0/16" }
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription = "door"
    VpcId            = resource.main.ref
    SecurityGroupIngress = [
      { IpProtocol = "tcp", FromPort = 22, ToPort = 22, CidrIp = var.office },
    ]
  }
}

resource "AWS::EC2::SecurityGroup" "side" {
  body = {
    GroupDescription = "side"
    VpcId            = resource.main.ref
    SecurityGroupIngress = [
      { IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.1.0.0/16" },
    ]
  }
}

resource "AWS::IAM::Role" "job" {
  body = {
    AssumeRolePolicyDocument = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
    }
    Policies = [{
      PolicyName = "read"
      PolicyDocument = {
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:ListBucket"], Resource = "*" }]
      }
    }]
  }
}

resource "AWS::S3::Bucket" "data" {
  body = {
    PublicAccessBlockConfiguration = { BlockPublicAcls = true, BlockPublicPolicy = true, IgnorePublicAcls = true, RestrictPublicBuckets = true }
  }
}
