pool "west" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 8
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-west-2"
    zones  = ["usw2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}
