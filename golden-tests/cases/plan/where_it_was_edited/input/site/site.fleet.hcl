variable "nodes" {
  type = number
}

variable "image" {}

locals {
  each = var.nodes
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = var.image

  size {
    nodes = local.each
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}
