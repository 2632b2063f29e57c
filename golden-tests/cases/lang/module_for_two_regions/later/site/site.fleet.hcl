# One place to serve from.

variable "site" {
  type = object({
    region = string
    zone   = string
    range  = string
    labels = optional(map(string), { team = "serving" })
  })
}

variable "nodes" {
  type        = number
  description = "Nodes in each site."
}

variable "image" {}

locals {
  half = ceil(var.nodes / 2)
}

network "main" {
  cidr = var.site.range
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = var.image
  network     = network.main
  labels      = var.site.labels

  size {
    nodes = local.half * 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = var.site.region
    zones  = [var.site.zone]
  }
}

resource "AWS::S3::Bucket" "logs" {
  cloud  = cloud.aws
  region = var.site.region

  body = {
    Tags = [{ Key = "pool", Value = pool.chat.name }]
  }
}

output "bucket" {
  value = resource.logs.ref
}

output "gpus" {
  value = pool.chat.gpus
}

output "range" {
  value = var.site.range
}
