# 216,000 GPUs at the end of a ramp: 2,000 UltraServers of 72 GPUs and 9,000 eight-GPU nodes, over five account-regions.

fleet "frontier-216k" {
  language = 1
}

cloud "use1_a" {
  kind    = "aws"
  account = "111122220001"
  regions = ["us-east-1"]
}

cloud "use1_b" {
  kind    = "aws"
  account = "111122220002"
  regions = ["us-east-1"]
}

cloud "use1_c" {
  kind    = "aws"
  account = "111122220003"
  regions = ["us-east-1"]
}

cloud "use1_d" {
  kind    = "aws"
  account = "111122220004"
  regions = ["us-east-1"]
}

cloud "usw2" {
  kind    = "aws"
  account = "111122220005"
  regions = ["us-west-2"]
}

locals {
  # all of it is granted under a private contract: public rules end at 256 instances of capacity blocks
  ultraservers = {
    use1_a = { cloud = cloud.use1_a, account = "111122220001" }
    use1_b = { cloud = cloud.use1_b, account = "111122220002" }
    use1_c = { cloud = cloud.use1_c, account = "111122220003" }
    use1_d = { cloud = cloud.use1_d, account = "111122220004" }
  }
}

capacity "ultra" {
  for_each = local.ultraservers

  kind    = "granted"
  product = "capacity_block"
  cloud   = each.value.cloud
  zone    = "use1-dfw2-az1"
  shape   = "p6e-gb200.36xlarge"
  nodes   = 9000
  group   = "arn:aws:resource-groups:us-east-1:${each.value.account}:group/ultraservers"
}

capacity "eight" {
  kind  = "granted"
  cloud = cloud.usw2
  zone  = "usw2-az1"
  shape = "p6-b300.48xlarge"
  nodes = 9000
  group = "arn:aws:resource-groups:us-west-2:111122220005:group/eight-gpu"
}

image "arm" {
  aws = { ami = "ami-0c1d2e3f405162738" }
}

image "x86" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

# 144,000 GPUs: 500 UltraServers in each of four accounts, each its own NVLink domain and its own group
pool "ultra" {
  for_each = local.ultraservers

  purpose     = "training"
  accelerator = "nvidia-gb200"
  image       = image.arm

  size {
    gpus = 36000
  }

  fabric {
    kind              = "rdma"
    nvlink_domain_min = 72
  }

  option "granted" {
    cloud  = each.value.cloud
    region = "us-east-1"

    buy {
      capacity = capacity.ultra[each.key]
    }
  }

  rollout {
    on_capacity = "hold"
  }
}

# 72,000 GPUs: 9,000 nodes in groups of 64
pool "eight" {
  purpose     = "training"
  accelerator = "nvidia-b300"
  image       = image.x86

  size {
    gpus        = 72000
    group_nodes = 64
  }

  fabric {
    kind             = "rdma"
    min_gbps_per_gpu = 400
  }

  option "granted" {
    cloud  = cloud.usw2
    region = "us-west-2"

    buy {
      capacity = capacity.eight
    }
  }

  rollout {
    on_capacity = "hold"
  }
}

output "gpus" {
  value = pool.eight.gpus + sum([for region in pool.ultra : region.gpus])
}
