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

resource "AWS::AutoScaling::AutoScalingGroup" "fixed" {
  body = {
    MinSize           = "0"
    MaxSize           = "3"
    DesiredCapacity   = "3"
    AvailabilityZones = ["us-east-2a"]
    LaunchTemplate = {
      LaunchTemplateId = resource.template.ref
      Version          = resource.template.att.LatestVersionNumber
    }
  }

  holds = {
    shape  = "p5.48xlarge"
    nodes  = 5
    market = "on_demand"
  }
}

resource "AWS::AutoScaling::AutoScalingGroup" "burst" {
  body = {
    MinSize           = "0"
    MaxSize           = "6"
    AvailabilityZones = ["us-east-2a"]
    LaunchTemplate = {
      LaunchTemplateId = resource.template.ref
      Version          = resource.template.att.LatestVersionNumber
    }
  }

  holds = {
    shape  = "p5.48xlarge"
    nodes  = 8
    market = "on_demand"
  }
}
