fleet "golden" {
  language = 1
}

cloud "google" {
  project = "gemma-train"
  regions = ["us-central1"]
}

resource "compute.googleapis.com/InstanceTemplate" "template" {
  body = {
    properties = {
      machineType = "a3-highgpu-8g"
      disks       = [{ boot = true, initializeParams = { sourceImage = "i" } }]
    }
  }
}

resource "compute.googleapis.com/Reservation" "shrinks" {
  body = {
    zone                        = "us-central1-a"
    specificReservationRequired = true
    specificReservation         = { count = "8", instanceProperties = { machineType = "a3-highgpu-8g" } }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 8
    market        = "reserved"
    reserves_only = true
  }
}

resource "compute.googleapis.com/Reservation" "named" {
  body = {
    zone                        = "us-central1-a"
    specificReservationRequired = true
    specificReservation         = { count = "4", instanceProperties = { machineType = "a3-highgpu-8g" } }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "reserved"
    reserves_only = true
  }
}

resource "compute.googleapis.com/Reservation" "open" {
  body = {
    zone                        = "us-central1-a"
    specificReservationRequired = false
    specificReservation         = { count = "4", instanceProperties = { machineType = "a3-highgpu-8g" } }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "reserved"
    reserves_only = true
  }
}

resource "compute.googleapis.com/FutureReservation" "asked" {
  body = {
    zone                  = "us-central1-a"
    planningStatus        = "SUBMITTED"
    specificSkuProperties = { totalCount = "16", instanceProperties = { machineType = "a3-highgpu-8g" } }
    timeWindow            = { startTime = "2027-02-01T00:00:00Z", endTime = "2027-08-01T00:00:00Z" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 16
    market        = "reserved"
    reserves_only = true
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "nodes" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 6
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "OPPORTUNISTIC" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 6
    market        = "reserved"
    reserves_only = false
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "gone" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 2
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "OPPORTUNISTIC" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 2
    market        = "on_demand"
    reserves_only = false
  }
}
