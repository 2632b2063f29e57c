cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["swedencentral"]
}

pool "nordic" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 8
  }

  option "primary" {
    cloud  = cloud.azure
    region = "swedencentral"
    zones  = ["1"]

    buy {
      on_demand = "rest"
    }
  }
}
