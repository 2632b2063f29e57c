fleet "golden" {
  language = 1
}

cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["swedencentral"]
}

cloud "google" {
  project = "gemma-train"
  regions = ["us-central1"]
}

image "train" {
  azure = {
    id      = "/subscriptions/6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/train/versions/1.4.0"
    ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGUtb25seS1ub3QtYS1rZXktMDAwMDAw fleet"
  }
  google = { family = "ubuntu-accelerator-2404-amd64-with-nvidia-580", project = "ubuntu-os-accelerator-images" }
}

pool "north" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    nodes = 2
  }

  option "list_price" {
    cloud = cloud.azure
    zones = ["1"]

    buy {
      on_demand = "rest"
    }
  }
}

pool "south" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 2
  }

  option "list_price" {
    cloud = cloud.google
    zones = ["us-central1-b"]

    buy {
      on_demand = "rest"
    }
  }
}
