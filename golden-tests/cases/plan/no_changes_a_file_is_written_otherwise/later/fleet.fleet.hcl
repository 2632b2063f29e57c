fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

variable "image" {
  default = "ami-0f3c8e2d41b7a9650"
}

locals {
  tags = { cost = 42, team = "training" }
}

resource "AWS::EC2::LaunchTemplate" "node" {
  body = {
    LaunchTemplateData = {
      ImageId      = var.image
      InstanceType = "p5en.${6 * 8}xlarge"
      UserData = base64encode(<<-EOT
        #!/bin/sh
        set -e
        mount /data
      EOT
      )
    }
  }
}

resource "AWS::IAM::ManagedPolicy" "read" {
  body = {
    PolicyDocument = jsonencode({
      Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = ["*"] }]
      Version   = "2012-10-17"
    })
  }
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = cidrsubnet("10.0.0.0/8", 8, 1)
    Tags      = [for key, value in local.tags : { Key = key, Value = tostring(value) }]
  }
}
