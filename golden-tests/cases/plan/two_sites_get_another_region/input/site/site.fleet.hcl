variable "site" {
  type = object({
    region = string
    zone   = string
    nodes  = number
  })
}

variable "image" {}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = var.image

  size {
    nodes = var.site.nodes
  }

  option "primary" {
    cloud  = cloud.aws
    region = var.site.region
    zones  = [var.site.zone]
  }
}
