fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

variable "nodes" {
  type        = number
  default     = 4
  description = "Eight-GPU nodes, one model replica each."

  validation {
    condition = var.nodes >= 2 && var.nodes <= 64
    message   = "nodes must be between 2 and 64; above 64, split the pool across regions."
  }
}

capacity "floor" {
  kind  = "owned" # a reservation that Tonnage makes, and retains
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 2
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = "serving" }

  size {
    nodes = var.nodes
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity  = capacity.floor
      on_demand = "rest"
    }
  }

  option "overflow" {
    cloud  = cloud.aws
    region = "us-west-2"

    buy {
      on_demand = "rest"
    }
  }
}

output "gpus" {
  value       = pool.chat.gpus
  description = "GPUs that serve."
}
