fleet "golden" {
  language = 1
}

cloud "google" {
  project = "golden-prod"
  regions = ["us-central1"]
}

image "train" {
  google = { family = "training", project = "golden-images" }
}

capacity "calendar" {
  kind  = "granted"
  cloud = cloud.google
  zone  = "us-central1-a"
  shape = "a3-highgpu-8g"
  nodes = 8
  ids   = ["projects/golden-prod/zones/us-central1-a/reservations/calendar-1"]

  window {
    start = "2026-11-01"
    end   = "2026-12-13"
  }
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h100"
  image       = image.train

  size {
    nodes = 8
  }

  window {
    start = "2026-11-01"
    end   = "2026-12-13"
  }

  option "calendar" {
    cloud  = cloud.google
    region = "us-central1"

    buy {
      capacity = capacity.calendar
    }
  }
}
