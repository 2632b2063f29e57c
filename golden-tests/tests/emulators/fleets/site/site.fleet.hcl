# A network written out resource by resource, with a group of nodes in its only subnet.

fleet "site" {
  language = 1
}

cloud "aws" {
  account = "123456789012"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
    Tags      = [{ Key = "Name", Value = "site" }, { Key = "cost-centre", Value = "4711" }]
  }
}

resource "AWS::EC2::Subnet" "a" {
  body = {
    VpcId              = resource.vpc.ref
    CidrBlock          = "10.1.1.0/24"
    AvailabilityZoneId = "use2-az1"
  }
}

resource "AWS::EC2::RouteTable" "routes" {
  body = {
    VpcId = resource.vpc.ref
  }
}

resource "AWS::EC2::SubnetRouteTableAssociation" "routed" {
  body = {
    SubnetId     = resource.a.ref
    RouteTableId = resource.routes.ref
  }
}

resource "AWS::EC2::LaunchTemplate" "template" {
  body = {
    LaunchTemplateData = {
      ImageId      = "ami-0f3c8e2d41b7a9650"
      InstanceType = "g6e.48xlarge"
    }
  }
}

resource "AWS::AutoScaling::AutoScalingGroup" "nodes" {
  body = {
    MinSize           = "0"
    MaxSize           = "4"
    VPCZoneIdentifier = [resource.a.ref]
    LaunchTemplate = {
      LaunchTemplateId = resource.template.ref
      Version          = resource.template.att.LatestVersionNumber
    }
  }
}
