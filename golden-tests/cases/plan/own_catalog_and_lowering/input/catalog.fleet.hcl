accelerator "acme-1" {
  title = "Acme 1"
}

shape "acme1.48xlarge" {
  cloud        = "aws"
  accelerator  = "acme-1"
  accelerators = 16
  offered_in   = ["aws-frontier-1"]
  purchase     = ["on-demand"]
  source       = "the contract, annex 2"
}

region "aws/aws-frontier-1" {
  place     = "a new site"
  country   = "US"
  zones     = ["frt1-az1"]
  partition = "aws"
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

  resource "AWS::AutoScaling::AutoScalingGroup" "nodes" {
    for_each = { for group in self.groups : group.key => group }

    body = {
      MinSize           = "0"
      MaxSize           = tostring(each.value.max)
      DesiredCapacity   = tostring(each.value.nodes)
      VPCZoneIdentifier = [network.subnets[self.zone]]

      LaunchTemplate = {
        LaunchTemplateId = resource.template.ref
        Version          = resource.template.att.LatestVersionNumber
      }

      Tags = [{ Key = "site", Value = region.place, PropagateAtLaunch = true }]
    }

    holds = {
      shape         = shape.name
      nodes         = each.value.nodes
      market        = self.market
      zone          = self.zone
      reserves_only = false
    }
  }

  export = {
    groups = { for group in self.groups : group.key => resource.nodes[group.key].ref }
  }
}
