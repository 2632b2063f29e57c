fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
  }
}

resource "AWS::EC2::SecurityGroup" "door" {
  for_each = ["front", "back", "side", "none"]

  body = {
    GroupDescription = "who may come in"
    VpcId            = resource.vpc.ref
  }
}

resource "AWS::EC2::SecurityGroupIngress" "office" {
  for_each = ["front", "back", "side"]

  body = {
    GroupId    = resource.door[each.key].att.GroupId
    IpProtocol = "tcp"
    FromPort   = 443
    ToPort     = 443
    CidrIp     = "10.0.0.0/8"
  }
}

resource "AWS::IAM::Role" "job" {
  for_each = ["train", "serve", "both"]

  body = {
    RoleName = "golden-${each.key}"
    AssumeRolePolicyDocument = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
    }
  }
}

resource "AWS::IAM::Policy" "read" {
  body = {
    PolicyName = "read"
    PolicyDocument = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "*" }]
    }
    Roles = [resource.job["train"].ref, resource.job["both"].ref]
  }
}

resource "AWS::IAM::ManagedPolicy" "write" {
  body = {
    PolicyDocument = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = ["s3:PutObject"], Resource = "*" }]
    }
    Roles = [resource.job["serve"].ref, "golden-both"]
  }
}
