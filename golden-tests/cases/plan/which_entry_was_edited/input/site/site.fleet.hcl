variable "nodes" {
  type = number
}

variable "zone" {
  type = string
}

variable "cloud" {}

variable "image" {}

pool "serve" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = var.image
  labels      = { team = "serving" }

  size {
    nodes = var.nodes
  }

  option "primary" {
    cloud  = var.cloud
    region = "us-east-2"
    zones  = [var.zone]
  }
}
