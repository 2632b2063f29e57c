# Seven years, 38 billion dollars, three clouds: what is committed, what is due when, and how serving is shared.

fleet "frontier" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-1", "us-east-2", "us-west-2"]
}

cloud "azure" {
  subscription = "00000000-0000-0000-0000-000000000000"
  regions      = ["eastus2", "swedencentral"]
}

cloud "google" {
  project = "frontier"
  regions = ["us-central1", "europe-west4"]
}

commitment "aws_7y" {
  cloud     = cloud.aws
  category  = "spend"
  value     = "38B USD"
  shortfall = "pay_difference"
  rates     = { "nvidia-gb200" = "2.45 USD/gpu-hour", "nvidia-gb300" = "2.70 USD/gpu-hour" }

  # must sum to value
  burn = {
    "2026" = "3.1B USD"
    "2027" = "5.4B USD"
    "2028" = "5.9B USD"
    "2029" = "5.9B USD"
    "2030" = "5.9B USD"
    "2031" = "5.9B USD"
    "2032" = "5.9B USD"
  }

  term {
    start = "2025-11-03"
    end   = "2032-11-02"
  }

  covers {
    regions      = ["us-east-1", "us-east-2", "us-west-2"]
    accelerators = ["nvidia-gb200", "nvidia-gb300"]
  }

  milestone "half" {
    by       = "2026-06-30"
    capacity = { "nvidia-gb200" = 72000, "nvidia-gb300" = 51400 }
  }

  milestone "full" {
    by       = "2026-12-31"
    capacity = { "nvidia-gb200" = 108000, "nvidia-gb300" = 108000 }
  }

  milestone "expansion" {
    by       = "2027-12-31"
    capacity = { "nvidia-gb200" = 108000, "nvidia-gb300" = 162000 }
  }
}

locals {
  ramp = { "2026-06-30" = 123400, "2026-12-31" = 216000, "2027-12-31" = 270000 }
}

image "serving" {
  aws    = { ami = "ami-0f3c8e2d41b7a9650" }
  azure  = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/serving/versions/1.0.0", ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5vdEFLZXlUaGF0QW55Ym9keUhhcw== fleet" }
  google = { family = "ubuntu-accelerator-2404-amd64-with-nvidia-580", project = "ubuntu-os-accelerator-images" }
}

variable "least" {
  type    = number
  default = 150000
}

pool "serving" {
  purpose     = "inference"
  image       = image.serving
  accelerator = ["nvidia-gb300", "nvidia-gb200", "nvidia-h200"]

  size {
    gpus = ramp(local.ramp, "linear")
  }

  split {
    by = "gpu_hours"

    share "aws" {
      cloud  = cloud.aws
      target = "55%"
      bounds = ["45%", "70%"]
      draw   = commitment.aws_7y
    }

    share "azure" {
      cloud  = cloud.azure
      target = "30%"
      bounds = ["20%", "40%"]
    }

    share "google" {
      cloud  = cloud.google
      target = "15%"
      bounds = ["5%", "25%"]
    }

    shift {
      objective = "cost"
      evaluate  = "7d"
      max_move  = "5%"
      deadband  = "4%"
    }
  }
}

pool "preprocessing" {
  purpose = "cpu"
  image   = image.serving

  size {
    vcpus = 400000
  }

  option "anywhere" {
    buy {
      spot = "rest"
    }
  }
}

policy "no_lock_in" {
  level = "deny"

  assert {
    condition = max(values(placement.gpu_share_by_cloud)...) <= percent("70%")
    message   = "no cloud may hold more than 70% of serving GPUs"
  }
}

test "losing a cloud" {
  as_of = "2027-01-01"

  given {
    outages = [cloud.azure]
  }

  expect {
    condition = pool.serving.placed_gpus >= var.least
    message   = "serving must keep ${var.least} GPUs when Azure is gone"
  }
}
