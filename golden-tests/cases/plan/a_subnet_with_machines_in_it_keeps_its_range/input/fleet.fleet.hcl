fleet "golden" {
  language = 1
}

cloud "azure" {
  subscription = "00000000-0000-4000-8000-000000000001"
  regions      = ["swedencentral"]
}

image "train" {
  azure = { id = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/images/providers/Microsoft.Compute/images/train", ssh_key = "ssh-ed25519 AAAA" }
}

network "train" {
  cidr = "10.4.0.0/16"
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train
  network     = network.train

  size {
    nodes = 4
  }

  option "primary" {
    cloud  = cloud.azure
    region = "swedencentral"
    zones  = ["1"]
  }
}
