# Capacity of one's own, as AWS has it: On-Demand Capacity Reservations that only nodes naming them may use, and one
# resource group over them, which is what the nodes name. It is billed from the day it is made, used or not, and it may
# not be had again: so it is retained when it leaves the file and when it is replaced.
#
# No tags: changing a tag of a reservation or of a placement group replaces it.
#
# In scope: self (name, slug, nodes, zone, rdma, start, end), shape, region, cloud, fleet.

lowering "capacity" "aws" {
  locals {
    # Instances in one reservation: 1 to 1,000 (EC2 API, CreateCapacityReservation, InstanceCount).
    limit = 1000
    # Full ones first: growing changes the last one and adds others, and no address ever moves.
    parts = {
      for part in range(ceil(self.nodes / local.limit)) : tostring(part + 1) => min(local.limit, self.nodes - part * local.limit)
    }
  }

  # A reservation for RDMA nodes holds places that are close together, and only instances in the same placement group
  # can use them.
  resource "AWS::EC2::PlacementGroup" "fabric" {
    when = self.rdma

    body = {
      Strategy = "cluster"
    }

    lifecycle {
      on_delete  = "retain"
      on_replace = "retain"
    }
  }

  resource "AWS::EC2::CapacityReservation" "reservation" {
    for_each = local.parts

    body = {
      InstanceType          = shape.name
      InstancePlatform      = "Linux/UNIX"
      AvailabilityZoneId    = self.zone
      InstanceCount         = each.value
      InstanceMatchCriteria = "targeted"
      Tenancy               = "default"
      EndDateType           = self.end == null ? "unlimited" : "limited"
      EndDate               = self.end == null ? null : "${self.end}T23:59:59Z"
      PlacementGroupArn     = self.rdma ? "arn:${region.partition}:ec2:${region.name}:${cloud.account}:placement-group/${resource.fabric.ref}" : null
    }

    holds = {
      shape         = shape.name
      nodes         = each.value
      market        = "reserved"
      zone          = self.zone
      reserves_only = true
    }

    lifecycle {
      on_delete  = "retain"
      on_replace = "retain"
    }
  }

  resource "AWS::ResourceGroups::Group" "group" {
    body = {
      # A group must have a name; nothing but a new name replaces it. It keeps the one it was made with when the capacity
      # is renamed: nodes name the group, and would have to be replaced with it.
      Name = "${fleet.name}-${self.slug}"
      Configuration = [
        { Type = "AWS::EC2::CapacityReservationPool" },
        {
          Type       = "AWS::ResourceGroups::Generic"
          Parameters = [{ Name = "allowed-resource-types", Values = ["AWS::EC2::CapacityReservation"] }]
        },
      ]
      Resources = [for part in keys(local.parts) : resource.reservation[part].att.CapacityReservationArn]
    }

    lifecycle {
      on_delete  = "retain"
      on_replace = "retain"
      ignore     = ["Name"]
    }
  }

  export = {
    group           = resource.group.att.Arn
    placement_group = self.rdma ? resource.fabric.ref : null
    reservations    = { for part in keys(local.parts) : part => resource.reservation[part].ref }
  }
}
