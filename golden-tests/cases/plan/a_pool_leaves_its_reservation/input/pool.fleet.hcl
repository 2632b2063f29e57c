pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    nodes = 4
  }

  fabric {
    kind = "rdma"
  }

  option "reserved" {
    cloud  = cloud.aws
    region = "us-east-2"

    buy {
      capacity = capacity.floor
    }
  }
}
