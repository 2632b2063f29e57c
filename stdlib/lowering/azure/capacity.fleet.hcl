# Capacity of one's own, as Azure has it: a capacity reservation group in one zone, and a reservation in it for the shape.
# Scale sets name the group. It is billed from the day it is made, used or not, and it may not be had again: so it is
# retained when it leaves the file and when it is replaced. Sold for few shapes: `purchase` of a shape says for which.
#
# In scope: self (name, slug, nodes, zone, rdma, start, end), shape, region, cloud, fleet.

lowering "capacity" "azure" {
  locals {
    tags = { "tonnage:fleet" = fleet.name, "tonnage:capacity" = self.slug }
  }

  resource "Microsoft.Compute/capacityReservationGroups" "group" {
    body = {
      location = region.name
      zones    = [self.zone]
      tags     = local.tags
    }

    lifecycle {
      on_delete  = "retain"
      on_replace = "retain"
    }
  }

  resource "Microsoft.Compute/capacityReservationGroups/capacityReservations" "reservation" {
    body = {
      parent   = resource.group.ref
      location = region.name
      zones    = [self.zone]
      sku      = { name = shape.name, capacity = self.nodes }
      tags     = local.tags
    }

    holds = {
      shape         = shape.name
      nodes         = self.nodes
      market        = "reserved"
      zone          = self.zone
      reserves_only = true
    }

    lifecycle {
      on_delete  = "retain"
      on_replace = "retain"
    }
  }

  export = {
    group = resource.group.ref
  }
}
