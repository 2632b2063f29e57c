fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::LaunchTemplate" "template" {
  body = {
    LaunchTemplateData = {
      ImageId      = "ami-0f3c8e2d41b7a9650"
      InstanceType = "p5.48xlarge"
    }
  }
}
