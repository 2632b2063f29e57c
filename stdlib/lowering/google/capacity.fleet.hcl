# Capacity of one's own, as Google Cloud has it: reservations that only nodes naming them may use, each of at most 1,000
# machines. They are billed from the day they are made, used or not, and may not be had again: so they are retained when they
# leave the file and when they are replaced.
#
# In scope: self (name, slug, nodes, zone, rdma, start, end), shape, region, cloud, fleet.

lowering "capacity" "google" {
  locals {
    # Machines in one reservation: 1 to 1,000 (reservations.resize, compute.v1).
    limit = 1000
    # Full ones first: growing changes the last one and adds others, and no address ever moves.
    parts = {
      for part in range(ceil(self.nodes / local.limit)) : tostring(part + 1) => min(local.limit, self.nodes - part * local.limit)
    }
  }

  resource "compute.googleapis.com/Reservation" "reservation" {
    for_each = local.parts

    body = {
      zone                        = self.zone
      specificReservationRequired = true
      specificReservation = {
        count              = each.value
        instanceProperties = { machineType = shape.name }
      }
      shareSettings = { shareType = "LOCAL" }
      deleteAtTime  = self.end == null ? null : "${self.end}T23:59:59Z"
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

  export = {
    names = [for part in keys(local.parts) : resource.reservation[part].att.name]
  }
}
