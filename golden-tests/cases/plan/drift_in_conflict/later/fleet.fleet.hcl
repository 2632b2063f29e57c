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
    Tags      = [{ Key = "Name", Value = "silver" }]
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
