fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
  azure = {
    id      = "/subscriptions/6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/serving/versions/1.4.0"
    ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGUtb25seS1ub3QtYS1rZXktMDAwMDAw fleet"
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 4
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}
