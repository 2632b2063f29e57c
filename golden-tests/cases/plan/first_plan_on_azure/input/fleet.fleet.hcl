fleet "nordic" {
  language = 1
}

cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["swedencentral"]
}

image "train" {
  azure = {
    id      = "/subscriptions/6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/train/versions/1.4.0"
    ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGUtb25seS1ub3QtYS1rZXktMDAwMDAw fleet"
  }
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    gpus = 1600
  }

  fabric {
    kind             = "rdma"
    min_gbps_per_gpu = 400
  }

  option "list_price" {
    cloud = cloud.azure
    zones = ["1"]

    buy {
      on_demand = "rest"
    }
  }
}
