# Seven years and 38 billion dollars: 216,000 GPUs by the end of 2026 and an expansion through 2027, over five
# account-regions. At the end of 2026 these are 2,000 UltraServers of 72 GPUs and 9,000 eight-GPU nodes.

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

# The contract. Its rates and yearly sums are made up for this example; their form is not.
commitment "aws_7y" {
  cloud     = [cloud.use1_a, cloud.use1_b, cloud.use1_c, cloud.use1_d, cloud.usw2]
  category  = "spend"
  value     = "38B USD"
  shortfall = "pay_difference"

  rates = {
    "nvidia-gb200" = "2.45 USD/gpu-hour"
    "nvidia-b300"  = "2.70 USD/gpu-hour"
  }

  # what is owed in each year; the sum is checked against the value
  burn = {
    "2026" = "2.1B USD"
    "2027" = "5.4B USD"
    "2028" = "6.1B USD"
    "2029" = "6.1B USD"
    "2030" = "6.1B USD"
    "2031" = "6.1B USD"
    "2032" = "6.1B USD"
  }

  term {
    start = "2025-11-03"
    end   = "2032-11-02"
  }

  covers {
    regions      = ["us-east-1", "us-west-2"]
    accelerators = ["nvidia-gb200", "nvidia-b300"]
  }

  milestone "half" {
    by       = "2026-06-30"
    capacity = { "nvidia-gb200" = 72000, "nvidia-b300" = 36000 }
  }

  milestone "full" {
    by       = "2026-12-31"
    capacity = { "nvidia-gb200" = 144000, "nvidia-b300" = 72000 }
  }

  milestone "expansion" {
    by       = "2027-12-31"
    capacity = { "nvidia-gb200" = 180000, "nvidia-b300" = 90000 }
  }
}

locals {
  # What each half of an account holds on each day, in UltraServers of 72 GPUs.
  ultraserver_ramp = { "2026-01-31" = 25, "2026-03-31" = 60, "2026-06-30" = 125, "2026-09-30" = 180, "2026-12-31" = 250, "2027-06-30" = 285, "2027-12-31" = 313 }
  ultraservers_due = ramp(local.ultraserver_ramp, "step")

  # How much of its final size in 2026 the eight-GPU part has on each day, in percent.
  eights_ramp = { "2026-03-31" = 20, "2026-06-30" = 50, "2026-12-31" = 100, "2027-12-31" = 125 }
  eights_due  = ramp(local.eights_ramp, "step")

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
  nodes   = local.ultraservers_due * 18
  group   = "arn:aws:resource-groups:us-east-1:${each.value.account}:group/ultraservers-${each.key}"
}

capacity "eight" {
  kind  = "granted"
  cloud = cloud.usw2
  zone  = "usw2-az1"
  shape = "p6-b300.48xlarge"
  nodes = sum([for half in local.eights : floor(half.nodes * local.eights_due / 100)])
  group = "arn:aws:resource-groups:us-west-2:111122220005:group/eight-gpu"
}

image "arm" {
  aws = { ami = "ami-0c1d2e3f405162738" }
}

image "x86" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

# 144,000 GPUs at the end of 2026: 250 UltraServers in each half of four accounts, each its own NVLink domain and group
pool "ultra" {
  for_each = local.ultraservers

  purpose     = "training"
  accelerator = "nvidia-gb200"
  image       = image.arm
  network     = each.value.network

  size {
    gpus = local.ultraservers_due * 72
  }

  fabric {
    kind              = "rdma"
    nvlink_domain_min = 72
  }

  option "granted" {
    cloud  = each.value.cloud
    region = "us-east-1"
    draw   = commitment.aws_7y

    buy {
      capacity = capacity.ultra[each.key]
    }
  }

  rollout {
    on_capacity = "hold"
  }
}

# 72,000 GPUs at the end of 2026: 9,000 nodes in groups of 64
pool "eight" {
  for_each = local.eights

  purpose     = "training"
  accelerator = "nvidia-b300"
  image       = image.x86
  network     = each.value.network

  size {
    nodes       = floor(each.value.nodes * local.eights_due / 100)
    group_nodes = 64
  }

  fabric {
    kind             = "rdma"
    min_gbps_per_gpu = 400
  }

  option "granted" {
    cloud  = cloud.usw2
    region = "us-west-2"
    draw   = commitment.aws_7y

    buy {
      capacity = capacity.eight
    }
  }

  rollout {
    on_capacity = "hold"
  }
}

# The same five accounts may not become one basket: none holds more than 40% of the GPUs.
policy "no_one_account" {
  use  = "provider_concentration"
  with = { limit = "40%" }
}

policy "nothing_stops" {
  use = "no_running_gpu_stopped"
}

output "gpus" {
  value = sum([for pool in pool.eight : pool.gpus]) + sum([for pool in pool.ultra : pool.gpus])
}
