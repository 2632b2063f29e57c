fleet "training" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

image "train" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

storage "corpus" {
  kind       = "lustre"
  size       = "48 TiB"
  throughput = "100 Gbps"
  data_class = "licensed"
  cloud      = cloud.aws
  region     = "us-east-2"
}

storage "checkpoints" {
  kind   = "object"
  cloud  = cloud.aws
  region = "us-east-2"

  protect {
    destroy = "deny"
  }
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    nodes = 4
  }

  fabric {
    kind = "rdma"
  }

  option "west" {
    cloud  = cloud.aws
    region = "us-west-2"
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }

  mount {
    storage = storage.corpus
    path    = "/data"
    mode    = "read_only"
  }
  mount {
    storage = storage.checkpoints
    path    = "/checkpoints"
  }
}

policy "licensed_data_stays" {
  use  = "jurisdiction_by_data_class"
  with = { allowed = { licensed = ["US", "NO"] } }
}

output "bucket" {
  value = storage.checkpoints.bucket
}
