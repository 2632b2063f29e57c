fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.4.0.0/16"
  }
}

resource "AWS::EC2::Subnet" "nodes" {
  for_each = {
    use2-az1 = 0
    use2-az2 = 1
  }

  body = {
    VpcId              = resource.vpc.ref
    AvailabilityZoneId = each.key
    CidrBlock          = cidrsubnet("10.4.0.0/16", 4, each.value)
  }
}

resource "AWS::EKS::Cluster" "jobs" {
  body = {
    RoleArn            = "arn:aws:iam::111122223333:role/eks"
    ResourcesVpcConfig = { SubnetIds = [resource.nodes["use2-az1"].ref, resource.nodes["use2-az2"].ref] }
  }
}
