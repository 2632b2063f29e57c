fleet "render" {
  language = 1
}

cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["eastus"]
}

image "render" {
  azure = {
    id      = "/subscriptions/6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/render/versions/3.1.0"
    ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGUtb25seS1ub3QtYS1rZXktMDAwMDAw fleet"
  }
}

pool "frames" {
  purpose     = "inference"
  accelerator = "nvidia-h100-nvl"
  image       = image.render

  size {
    nodes       = 900
    group_nodes = 1
  }

  option "bought" {
    cloud = cloud.azure
    zones = ["2"]
    shape = "Standard_NC40ads_H100_v5"

    buy {
      on_demand = "rest"
    }
  }
}
