fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::SSM::Parameter" "notice" {
  body = {
    Type        = "String"
    Value       = "drained on Tuesdays"
    Description = "shown to those who log in"
    Tier        = "Standard"
  }
}

resource "AWS::EC2::LaunchTemplate" "node" {
  body = {
    LaunchTemplateName = "node"
    LaunchTemplateData = {
      ImageId      = "ami-0f3c8e2d41b7a9650"
      InstanceType = "p5en.48xlarge"
    }
  }
}
