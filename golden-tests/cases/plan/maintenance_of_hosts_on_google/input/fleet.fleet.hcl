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
      scheduling  = { onHostMaintenance = "TERMINATE" }
    }
  }
}

resource "compute.googleapis.com/Reservation" "windows" {
  body = {
    zone                        = "us-central1-a"
    specificReservationRequired = true
    specificReservation         = { count = "8", instanceProperties = { machineType = "a3-highgpu-8g" } }
    schedulingType              = "INDEPENDENT"
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 8
    market        = "reserved"
    reserves_only = true
  }
}

resource "compute.googleapis.com/Reservation" "urgent" {
  body = {
    zone                        = "us-central1-a"
    specificReservationRequired = true
    specificReservation         = { count = "8", instanceProperties = { machineType = "a3-highgpu-8g" } }
    enableEmergentMaintenance   = false
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 8
    market        = "reserved"
    reserves_only = true
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "nodes" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 8
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "OPPORTUNISTIC" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 8
    market        = "reserved"
    reserves_only = false
  }
}
