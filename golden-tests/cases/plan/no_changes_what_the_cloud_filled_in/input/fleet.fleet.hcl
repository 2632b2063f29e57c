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

resource "AWS::EC2::LaunchTemplate" "node" {
  body = {
    LaunchTemplateData = {
      ImageId             = "ami-0f3c8e2d41b7a9650"
      InstanceType        = "p5en.48xlarge"
      BlockDeviceMappings = [{ DeviceName = "/dev/xvda", Ebs = { VolumeSize = 200 } }]
    }
  }
}
