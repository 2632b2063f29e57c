fleet "net" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

variable "office" {
  type    = string
  default = "0.0.0.0/0"
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
      { IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.2.0.0/16" },
    ]
  }
}

resource "AWS::IAM::Role" "job" {
  body = {
    AssumeRolePolicyDocument = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }]
    }
    Policies = [{
      PolicyName = "read"
      PolicyDocument = {
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }]
      }
    }]
  }
}

resource "AWS::S3::Bucket" "data" {
  body = {
    PublicAccessBlockConfiguration = { BlockPublicAcls = false, BlockPublicPolicy = false, IgnorePublicAcls = false, RestrictPublicBuckets = false }
  }
}

resource "AWS::S3::BucketPolicy" "readers" {
  body = {
    Bucket = resource.data.ref
    PolicyDocument = {
      Version = "2012-10-17"
      Statement = [
        { Effect = "Allow", Action = "s3:GetObject", Principal = "*", Resource = "arn:aws:s3:::data/*" },
        { Effect = "Deny", Action = "s3:*", Principal = "*", Resource = "arn:aws:s3:::data/*", Condition = { Bool = { "aws:SecureTransport" = "false" } } },
      ]
    }
  }
}

resource "AWS::IAM::Role" "trainer" {
  body = {
    AssumeRolePolicyDocument = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
    }
  }
}
