# Seven years and 38 billion dollars: 216,000 GPUs by the end of 2026 and 270,000 by the end of 2027, over three clouds.
#
#   training   2,000 UltraServers of 72 GPUs and 4,500 eight-GPU nodes on AWS    180,000 GPUs at the end of 2026
#   serving    4,500 eight-GPU nodes, half on AWS, the rest on Azure and Google   36,000 GPUs at the end of 2026

fleet "frontier-216k" {
  language = 1
}

# ── Where ────────────────────────────────────────────────────────────────────────────────────────────────────────────

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

cloud "azure" {
  subscription = "3f0c9a52-8d1e-4b7a-9a64-1e5d2c7b8f10"
  regions      = ["eastus"]
}

cloud "google" {
  project = "frontier-serving"
  regions = ["us-east4"]
}

# ── What is owed ─────────────────────────────────────────────────────────────────────────────────────────────────────
# Rates and yearly sums are made up for this example; their form is not. Each curve is checked against its value.

commitment "aws_7y" {
  cloud     = [cloud.use1_a, cloud.use1_b, cloud.use1_c, cloud.use1_d, cloud.usw2]
  category  = "spend"
  value     = "38B USD"
  shortfall = "pay_difference"

  rates = {
    "nvidia-gb200" = "2.95 USD/gpu-hour"
    "nvidia-b300"  = "3.15 USD/gpu-hour"
    "nvidia-h100"  = "2.25 USD/gpu-hour"
  }

  burn = {
    "2026" = "1.91B USD"
    "2027" = "5.36B USD"
    "2028" = "6.36B USD" # a leap year
    "2029" = "6.345B USD"
    "2030" = "6.345B USD"
    "2031" = "6.345B USD"
    "2032" = "5.335B USD"
  }

  drawn = {
    "2025-12-31" = "0 USD"
    "2026-11-21" = "1.53B USD"
  }

  term {
    start = "2025-11-03"
    end   = "2032-11-02"
  }

  covers {
    regions      = ["us-east-1", "us-west-2"]
    accelerators = ["nvidia-gb200", "nvidia-b300", "nvidia-h100"]
  }

  milestone "half" {
    by       = "2026-06-30"
    capacity = { "nvidia-gb200" = 72000, "nvidia-b300" = 18000, "nvidia-h100" = 9000 }
  }

  milestone "full" {
    by       = "2026-12-31"
    capacity = { "nvidia-gb200" = 144000, "nvidia-b300" = 36000, "nvidia-h100" = 18000 }
  }

  milestone "expansion" {
    by       = "2027-12-31"
    capacity = { "nvidia-gb200" = 180000, "nvidia-b300" = 45000, "nvidia-h100" = 22400 }
  }
}

commitment "azure_3y" {
  cloud     = cloud.azure
  category  = "spend"
  value     = "600M USD"
  shortfall = "carry_forward"
  rates     = { "nvidia-h100" = "2.30 USD/gpu-hour" }
  burn      = { "2026" = "70M USD", "2027" = "220M USD", "2028" = "270M USD", "2029" = "40M USD" }
  drawn     = { "2026-11-21" = "54.5M USD" }

  term {
    start = "2026-03-01"
    end   = "2029-02-28"
  }
}

commitment "google_3y" {
  cloud     = cloud.google
  category  = "spend"
  value     = "380M USD"
  shortfall = "carry_forward"
  rates     = { "nvidia-h100" = "2.20 USD/gpu-hour" }
  burn      = { "2026" = "45M USD", "2027" = "140M USD", "2028" = "170M USD", "2029" = "25M USD" }
  drawn     = { "2026-11-21" = "32.2M USD" }

  term {
    start = "2026-03-01"
    end   = "2029-02-28"
  }
}

# ── When ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

locals {
  # What each half of an account holds on each day, in UltraServers of 72 GPUs.
  ultraserver_ramp = { "2026-01-31" = 25, "2026-03-31" = 60, "2026-06-30" = 125, "2026-09-30" = 180, "2026-12-31" = 250, "2027-06-30" = 285, "2027-12-31" = 313 }
  ultraservers_due = ramp(local.ultraserver_ramp, "step")

  # Nodes of eight GPUs for training.
  eights_ramp = { "2026-03-31" = 900, "2026-06-30" = 2250, "2026-12-31" = 4500, "2027-12-31" = 5625 }
  eights_due  = ramp(local.eights_ramp, "step")

  # GPUs that answer.
  serving_ramp = { "2026-03-31" = 7200, "2026-06-30" = 18000, "2026-12-31" = 36000, "2027-12-31" = 44800 }
  serving_due  = ramp(local.serving_ramp, "step")

  # Training is granted under a private contract: public rules end at 256 instances of capacity blocks.
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
}

# ── What it stands on ────────────────────────────────────────────────────────────────────────────────────────────────

network "one" {
  cidr = "10.0.0.0/16"
}

network "two" {
  cidr = "10.1.0.0/16"
}

network "serving" {
  cidr = "10.2.0.0/16"
}

image "arm" {
  aws = { ami = "ami-0c1d2e3f405162738" }
}

image "x86" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

image "serve" {
  aws    = { ami = "ami-0f3c8e2d41b7a9650" }
  google = { family = "serve", project = "frontier-images" }
  azure = {
    id      = "/subscriptions/3f0c9a52-8d1e-4b7a-9a64-1e5d2c7b8f10/resourceGroups/images/providers/Microsoft.Compute/galleries/frontier/images/serve/versions/7.2.0"
    ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGUtb25seS1ub3QtYS1rZXktMDAwMDAw frontier"
  }
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
  nodes = local.eights_due
  group = "arn:aws:resource-groups:us-west-2:111122220005:group/eight-gpu"
}

# ── What runs ────────────────────────────────────────────────────────────────────────────────────────────────────────

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

# 36,000 GPUs at the end of 2026: 4,500 nodes in groups of 64
pool "eight" {
  purpose     = "training"
  accelerator = "nvidia-b300"
  image       = image.x86
  network     = network.one

  size {
    nodes       = local.eights_due
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

# 36,000 GPUs at the end of 2026, on three clouds; the bounds are wide enough for the
# others to take up all of it when Azure or Google Cloud is gone
pool "serve" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serve
  network     = network.serving

  size {
    gpus        = local.serving_due
    group_nodes = 64
  }

  split {
    share "aws" {
      cloud  = cloud.usw2
      zones  = ["usw2-az2"]
      target = "50%"
      bounds = ["40%", "65%"]
      draw   = commitment.aws_7y
    }

    share "azure" {
      cloud  = cloud.azure
      zones  = ["1"]
      target = "30%"
      bounds = ["20%", "40%"]
      draw   = commitment.azure_3y
    }

    share "google" {
      cloud  = cloud.google
      zones  = ["us-east4-a"]
      target = "20%"
      bounds = ["10%", "35%"]
      draw   = commitment.google_3y
    }

    # Proposed in a plan, never done by itself.
    shift {
      objective = "cost"
      max_move  = "5%"
      deadband  = "4%"
      evaluate  = "7d"
    }
  }

  rollout {
    on_capacity = "hold"
  }
}

# CPU capacity beside them, where serving is: data is made ready as spot, and starts again when it is taken back
pool "preprocess" {
  purpose = "cpu"
  image   = image.x86
  network = network.serving

  size {
    vcpus = 400000
  }

  option "beside_serving" {
    cloud = cloud.usw2

    buy {
      spot = "rest"
    }
  }
}

# ── What must hold ───────────────────────────────────────────────────────────────────────────────────────────────────

# No account becomes the basket for all eggs: none holds more than 40% of the GPUs.
policy "no_one_account" {
  use  = "provider_concentration"
  with = { limit = "40%" }
}

policy "nothing_stops" {
  use = "no_running_gpu_stopped"
}

output "gpus" {
  value = sum([for pool in pool.ultra : pool.gpus]) + pool.eight.gpus + pool.serve.gpus
}
