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
    Tags      = [{ Key = "Name", Value = "golden" }]
  }
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription = "ssh from the office"
    VpcId            = resource.vpc.ref
  }
}

resource "AWS::IAM::ManagedPolicy" "read" {
  body = {
    PolicyDocument = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:ListBucket"], Resource = "*" }]
    })
  }
}

resource "AWS::EC2::LaunchTemplate" "node" {
  body = {
    LaunchTemplateData = {
      ImageId      = "ami-0f3c8e2d41b7a9650"
      InstanceType = "p5en.48xlarge"
      UserData     = base64encode("#!/bin/sh\nset -e\nmount /data\nsystemctl start train\n")
    }
  }
}

resource "AWS::SSM::Parameter" "notice" {
  for_each = { east = 1, north = 2, west = 3 }

  body = {
    Type  = "String"
    Value = "Nodes of this pool are drained every second Tuesday between four and six in the morning; ask the fleet desk before a longer run."
  }
}

resource "AWS::S3::Bucket" "corpus" {
  body = {
    Tags = [{ Key = "Name", Value = "corpus" }]
  }
  lifecycle {
    ignore = ["Tags"]
  }
}
