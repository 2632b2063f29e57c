fleet "nordic" {
  language = 1
}

cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["swedencentral"]
}

image "serve" {
  azure = {
    id      = "/subscriptions/6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/serve/versions/1.4.0"
    user    = "ops"
    ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGUtb25seS1ub3QtYS1rZXktMDAwMDAw fleet"
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "amd-mi300x"
  image       = image.serve

  size {
    nodes = 12
  }

  option "bought" {
    cloud = cloud.azure
    zones = ["1"]

    buy {
      on_demand = "rest"
    }
  }
}

# An address for what goes out.
resource "Microsoft.Network/publicIPAddresses" "egress" {
  body = {
    location   = "swedencentral"
    zones      = ["1"]
    sku        = { name = "Standard" }
    properties = { publicIPAllocationMethod = "Static" }
  }
}
