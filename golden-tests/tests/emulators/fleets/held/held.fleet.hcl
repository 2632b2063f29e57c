# A pool whose nodes carry a profile with a name of its own: where that name is taken already, it can't be made.

fleet "held" {
  language = 1
}

cloud "aws" {
  account = "123456789012"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }

  rollout {
    on_capacity = "hold"
  }
}

lowering "pool" "aws" {
  resource "AWS::EC2::LaunchTemplate" "template" {
    body = {
      LaunchTemplateData = {
        ImageId      = image.ami
        InstanceType = shape.name
      }
    }
  }

  resource "AWS::IAM::Role" "role" {
    body = {
      AssumeRolePolicyDocument = {
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "ec2.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      }
    }
  }

  resource "AWS::IAM::InstanceProfile" "profile" {
    depends_on = [resource.template]

    body = {
      InstanceProfileName = "nodes-of-${fleet.name}"
      Roles               = [resource.role.ref]
    }
  }

  resource "AWS::AutoScaling::AutoScalingGroup" "nodes" {
    for_each   = { for group in self.groups : group.key => group }
    depends_on = [resource.profile]

    body = {
      MinSize           = "0"
      MaxSize           = tostring(each.value.max)
      DesiredCapacity   = tostring(each.value.nodes)
      VPCZoneIdentifier = [network.subnets[self.zone]]
      LaunchTemplate = {
        LaunchTemplateId = resource.template.ref
        Version          = resource.template.att.LatestVersionNumber
      }
    }

    holds = {
      shape         = shape.name
      nodes         = each.value.nodes
      market        = self.market
      zone          = self.zone
      reserves_only = false
    }
  }
}
