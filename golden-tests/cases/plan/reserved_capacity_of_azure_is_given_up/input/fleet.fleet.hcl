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
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 8 }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 8
    market        = "reserved"
    reserves_only = true
  }
}

resource "Microsoft.Compute/capacityReservationGroups/capacityReservations" "leaves" {
  body = {
    name     = "leaves"
    parent   = resource.group.ref
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 4
    market        = "reserved"
    reserves_only = true
  }
}

resource "Microsoft.Compute/capacityReservationGroups/capacityReservations" "block_shrinks" {
  body = {
    name     = "block_shrinks"
    parent   = resource.group.ref
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 6 }

    properties = {
      scheduleProfile = { start = "2026-11-01", end = "2026-12-31" }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 6
    market        = "reserved"
    reserves_only = true
  }
}

resource "Microsoft.Compute/capacityReservationGroups/capacityReservations" "block_leaves" {
  body = {
    name     = "block_leaves"
    parent   = resource.group.ref
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 6 }

    properties = {
      scheduleProfile = { start = "2026-11-01", end = "2026-12-31" }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 6
    market        = "reserved"
    reserves_only = true
  }
}
