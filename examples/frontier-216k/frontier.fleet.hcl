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
  # All of it is granted under a private contract: public rules end at 256 instances of capacity blocks.
  # Two halves in each account, each in a network of its own: a zone's subnet holds 8,187 nodes, not 9,000.
  ultraservers = {
    use1_a_1 = { cloud = cloud.use1_a, account = "111122220001", network = network.one }
    use1_a_2 = { cloud = cloud.use1_a, account = "111122220001", network = network.two }
    use1_b_1 = { cloud = cloud.use1_b, account = "111122220002", network = network.one }
    use1_b_2 = { cloud = cloud.use1_b, account = "111122220002", network = network.two }
    use1_c_1 = { cloud = cloud.use1_c, account = "111122220003", network = network.one }
    use1_c_2 = { cloud = cloud.use1_c, account = "111122220003", network = network.two }
    use1_d_1 = { cloud = cloud.use1_d, account = "111122220004", network = network.one }
    use1_d_2 = { cloud = cloud.use1_d, account = "111122220004", network = network.two }
  }

  # 9,000 nodes: 71 groups of 64, and 69 with one of 40
  eights = {
    one = { nodes = 4544, network = network.one }
    two = { nodes = 4456, network = network.two }
  }
}

network "one" {
  cidr = "10.0.0.0/16"
}

network "two" {
  cidr = "10.1.0.0/16"
}

capacity "ultra" {
  for_each = local.ultraservers

  kind    = "granted"
  product = "capacity_block"
  cloud   = each.value.cloud
  zone    = "use1-dfw2-az1"
  shape   = "p6e-gb200.36xlarge"
  nodes   = 4500
  group   = "arn:aws:resource-groups:us-east-1:${each.value.account}:group/ultraservers-${each.key}"
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

# 144,000 GPUs: 250 UltraServers in each half of four accounts, each its own NVLink domain and its own group
pool "ultra" {
  for_each = local.ultraservers

  purpose     = "training"
  accelerator = "nvidia-gb200"
  image       = image.arm
  network     = each.value.network

  size {
    gpus = 18000
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
  for_each = local.eights

  purpose     = "training"
  accelerator = "nvidia-b300"
  image       = image.x86
  network     = each.value.network

  size {
    nodes       = each.value.nodes
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
  value = sum([for pool in pool.eight : pool.gpus]) + sum([for pool in pool.ultra : pool.gpus])
}
