fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = "serving" }

  size {
    nodes = 6
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }

  protect {
    shrink = "deny"
  }

  budget {
    hourly = "400 USD"
  }
}

pool "draft" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 4
  }

  option "west" {
    cloud  = cloud.aws
    region = "us-west-2"
    zones  = ["usw2-az2"]
  }
}

resource "AWS::EC2::VPC" "vpc" {
  region = "us-east-2"

  body = {
    CidrBlock = "10.1.0.0/16"
    Tags      = [{ Key = "Name", Value = "serving" }]
  }
}

resource "AWS::EC2::Subnet" "a" {
  region = "us-east-2"

  body = {
    VpcId              = resource.vpc.ref
    CidrBlock          = "10.1.1.0/24"
    AvailabilityZoneId = "use2-az1"
  }
}

resource "AWS::EC2::RouteTable" "routes" {
  region = "us-east-2"

  body = {
    VpcId = resource.vpc.ref
  }
}

resource "AWS::EC2::SubnetRouteTableAssociation" "routed" {
  region = "us-east-2"

  body = {
    SubnetId     = resource.a.ref
    RouteTableId = resource.routes.ref
  }
}

resource "AWS::EC2::SecurityGroup" "old" {
  region = "us-east-2"

  body = {
    GroupDescription = "no longer wanted"
    VpcId            = resource.vpc.ref
  }
}
