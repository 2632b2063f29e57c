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

resource "compute.googleapis.com/InstanceGroupManager" "nodes" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 4
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "OPPORTUNISTIC" }
    name             = "trainers"
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "reserved"
    reserves_only = false
  }
}
