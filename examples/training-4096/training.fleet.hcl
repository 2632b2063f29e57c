# 4,096 H100s for one synchronous job: whole or not at all, one fabric, on capacity blocks granted by contract.

fleet "training-4096" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

locals {
  start = "2026-11-01"
  end   = "2027-04-11"

  # nine blocks of at most 64 nodes: 523 in all, 512 for the job and 11 spares
  blocks = { for n in range(9) : format("cr-0a1b2c3d4e5f6%04d", n) => n < 8 ? 64 : 11 }
}

capacity "blocks" {
  kind    = "granted" # arrives as ids under a private contract; counted, never created or destroyed
  product = "capacity_block"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 523
  ids     = local.blocks

  window {
    start = local.start
    end   = local.end
  }
}

capacity "west" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "usw2-az2"
  shape = "p5.48xlarge"
  nodes = 523
  group = "arn:aws:resource-groups:us-west-2:111122223333:group/training-west"

  window {
    start = local.start
    end   = local.end
  }
}

image "train" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train
  labels      = { team = "pretraining" }

  size {
    gpus   = 4096
    spares = "2%" # 512 nodes + 11, rounded up and shown
    gang   = true
  }

  fabric {
    kind              = "rdma"
    min_gbps_per_gpu  = 400
    nvlink_domain_min = 8
  }

  window {
    start = local.start
    end   = local.end
  }

  option "east_blocks" {
    cloud  = cloud.aws
    region = "us-east-2"

    buy {
      capacity = capacity.blocks
    }
  }

  option "west_blocks" {
    cloud  = cloud.aws
    region = "us-west-2"

    buy {
      capacity = capacity.west
    }
  }

  rollout {
    on_capacity = "hold" # keep what landed: never roll back scarce capacity
  }
}

output "gpus" {
  value = pool.pretrain.gpus
}
