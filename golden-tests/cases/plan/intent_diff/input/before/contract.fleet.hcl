fleet "contract" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

locals {
  nodes = { "2026-06-30" = 8, "2026-12-31" = 16 }
}

commitment "aws_7y" {
  cloud     = cloud.aws
  category  = "spend"
  value     = "7M USD"
  shortfall = "pay_difference"
  rates     = { "nvidia-h200" = "2.50 USD/gpu-hour" }

  burn = {
    "2026" = "1M USD"
    "2027" = "3M USD"
    "2028" = "3M USD"
  }

  term {
    start = "2026-01-01"
    end   = "2028-12-31"
  }

  covers {
    regions = ["us-east-2"]
  }

  milestone "full" {
    by       = "2026-12-31"
    capacity = { "nvidia-h200" = 128 }
  }
}

capacity "block" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p5en.48xlarge"
  nodes = 24
  group = "arn:aws:resource-groups:us-east-2:111122223333:group/h200"
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  for_each = ["blue", "green"]

  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  labels      = { team = "serving", cell = each.key }

  size {
    nodes = ramp(local.nodes, "step") / 2
  }

  option "granted" {
    cloud = cloud.aws
    draw  = commitment.aws_7y

    buy {
      capacity = capacity.block
    }
  }

  option "bought" {
    cloud  = cloud.aws
    region = "us-west-2"
  }

  protect {
    destroy = "deny"
  }
}

pool "evaluate" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "bought" {
    cloud  = cloud.aws
    region = "us-east-2"
  }
}

pool "nightly" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 1
  }

  option "bought" {
    cloud  = cloud.aws
    region = "us-east-2"
  }
}

policy "ceiling" {
  use  = "spend_ceiling"
  with = { hourly = 300 }
}

output "gpus" {
  value = pool.evaluate.gpus
}
