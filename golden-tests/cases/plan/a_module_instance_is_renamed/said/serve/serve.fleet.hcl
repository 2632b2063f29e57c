variable "nodes" {
  type = number
}

variable "zone" {
  type = string
}

variable "account" {}

image "x" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

capacity "floor" {
  kind  = "owned"
  cloud = var.account
  zone  = var.zone
  shape = "p5en.48xlarge"
  nodes = 1
}

pool "serve" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.x

  size {
    nodes = var.nodes
  }

  option "east" {
    cloud  = var.account
    region = "us-east-2"
    zones  = [var.zone]

    buy {
      capacity  = capacity.floor
      on_demand = "rest"
    }
  }
}
