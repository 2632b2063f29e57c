fleet "golden" {
  language = 1
}

cloud "google" {
  project = "golden-train"
  regions = ["us-central1"]
}

resource "compute.googleapis.com/Network" "vpc" {
  body = {
    autoCreateSubnetworks = false
  }
}

resource "compute.googleapis.com/Subnetwork" "nodes" {
  body = {
    network     = resource.vpc.ref
    ipCidrRange = "10.4.0.0/20"
  }
}

resource "compute.googleapis.com/InstanceTemplate" "node" {
  body = {
    properties = {
      machineType       = "a3-highgpu-8g"
      networkInterfaces = [{ subnetwork = resource.nodes.ref }]
    }
  }
}

resource "compute.googleapis.com/InstanceGroupManager" "group" {
  body = {
    zone             = "us-central1-b"
    baseInstanceName = "node"
    instanceTemplate = resource.node.ref
    targetSize       = 4
    updatePolicy     = { type = "OPPORTUNISTIC" }
  }

  holds = {
    shape         = "a3-highgpu-8g"
    nodes         = 4
    market        = "on_demand"
    zone          = "us-central1-b"
    reserves_only = false
  }
}
