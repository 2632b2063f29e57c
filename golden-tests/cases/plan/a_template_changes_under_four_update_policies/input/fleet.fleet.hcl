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
      disks       = [{ boot = true, initializeParams = { sourceImage = "images/2026-10" } }]
    }
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "proactive" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 4
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "PROACTIVE" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "opportunistic" {
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

resource "compute.googleapis.com/InstanceGroupManager" "refused" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 4
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "PROACTIVE", mostDisruptiveAllowedAction = "NONE" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "repaired" {
  body = {
    zone             = "us-central1-a"
    targetSize       = 4
    instanceTemplate = resource.template.ref
    updatePolicy     = { type = "OPPORTUNISTIC" }

    instanceLifecyclePolicy = { forceUpdateOnRepair = "YES" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}
