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

resource "AWS::AutoScaling::AutoScalingGroup" "nodes" {
  body = {
    MinSize         = "0"
    MaxSize         = "6"
    AvailabilityZones = ["us-east-2a"]
    HealthCheckType = "EC2"
    LaunchTemplate = {
      LaunchTemplateId = resource.template.ref
      Version          = resource.template.att.LatestVersionNumber
    }
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 6
    market        = "on_demand"
    reserves_only = false
  }
}
