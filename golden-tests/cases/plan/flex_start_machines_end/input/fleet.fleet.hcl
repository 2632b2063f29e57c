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
      scheduling  = { provisioningModel = "FLEX_START", maxRunDuration = { seconds = "604800" }, instanceTerminationAction = "DELETE" }
    }
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "nodes" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 4
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "OPPORTUNISTIC" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}
