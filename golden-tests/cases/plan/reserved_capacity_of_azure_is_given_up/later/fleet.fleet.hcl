fleet "golden" {
  language = 1
}

cloud "azure" {
  regions = ["swedencentral"]
}

resource "Microsoft.Compute/capacityReservationGroups" "group" {
  body = {
    name     = "group"
    location = "swedencentral"
  }
}

resource "Microsoft.Compute/capacityReservationGroups/capacityReservations" "shrinks" {
  body = {
    name     = "shrinks"
    parent   = resource.group.ref
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 5 }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 5
    market        = "reserved"
    reserves_only = true
  }
}

resource "Microsoft.Compute/capacityReservationGroups/capacityReservations" "block_shrinks" {
  body = {
    name     = "block_shrinks"
    parent   = resource.group.ref
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 3 }

    properties = {
      scheduleProfile = { start = "2026-11-01", end = "2026-12-31" }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 3
    market        = "reserved"
    reserves_only = true
  }
}
