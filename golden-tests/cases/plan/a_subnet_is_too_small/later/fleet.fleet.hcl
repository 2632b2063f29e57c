fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

network "narrow" {
  cidr = "10.4.0.0/16"
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving
  network     = network.narrow

  size {
    nodes = 300
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
    shape  = "p5.48xlarge"
  }
}

resource "AWS::EC2::VPC" "lab_vpc" {
  body   = { CidrBlock = "10.9.0.0/16" }
  cloud  = cloud.aws
  region = "us-east-2"
}

resource "AWS::EC2::Subnet" "lab" {
  body = {
    VpcId              = resource.lab_vpc.ref
    AvailabilityZoneId = "use2-az2"
    CidrBlock          = "10.9.0.0/24"
  }
  cloud  = cloud.aws
  region = "us-east-2"
}

resource "AWS::EC2::LaunchTemplate" "lab_template" {
  body = {
    LaunchTemplateData = {
      ImageId      = "ami-0f3c8e2d41b7a9650"
      InstanceType = "p5.48xlarge"
      NetworkInterfaces = [
        for card in range(32) : {
          NetworkCardIndex = card
          DeviceIndex      = card == 0 ? 0 : 1
          InterfaceType    = card == 0 ? "efa" : "efa-only"
        }
      ]
    }
  }
  cloud  = cloud.aws
  region = "us-east-2"
}

resource "AWS::AutoScaling::AutoScalingGroup" "lab_nodes" {
  body = {
    MinSize           = "0"
    MaxSize           = "9"
    DesiredCapacity   = "9"
    VPCZoneIdentifier = [resource.lab.ref]
    LaunchTemplate = {
      LaunchTemplateId = resource.lab_template.ref
      Version          = resource.lab_template.att.LatestVersionNumber
    }
  }
  cloud  = cloud.aws
  region = "us-east-2"

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 9
    market        = "on_demand"
    reserves_only = false
  }
}
