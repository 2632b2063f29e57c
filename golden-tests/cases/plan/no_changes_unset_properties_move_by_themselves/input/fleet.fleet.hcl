fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EKS::Addon" "cni" {
  body = {
    AddonName   = "vpc-cni"
    ClusterName = "training"
  }
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
  }
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription = "who may come in"
    VpcId            = resource.vpc.ref
  }
}

resource "AWS::EC2::SecurityGroupIngress" "office" {
  body = {
    GroupId    = resource.door.att.GroupId
    IpProtocol = "tcp"
    FromPort   = 443
    ToPort     = 443
    CidrIp     = "10.0.0.0/8"
  }
}

resource "AWS::EC2::NetworkInterface" "eye" {
  body = {
    SubnetId = "subnet-0123456789abcdefa"
  }
}
