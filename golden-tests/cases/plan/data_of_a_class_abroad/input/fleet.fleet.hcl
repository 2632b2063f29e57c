fleet "training" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2", "eu-north-1", "aws-frontier-1"]
}

# built for this contract: the catalog does not know it, and its country is not said
region "aws/aws-frontier-1" {
  place = "a new site"
  zones = ["frt1-az1"]
}

shape "p9.48xlarge" {
  cloud        = "aws"
  accelerator  = "nvidia-h200"
  accelerators = 8
  offered_in   = ["aws-frontier-1"]
}

variable "region" {
  default = "eu-north-1"
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

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    nodes = 4
  }

  option "elsewhere" {
    cloud  = cloud.aws
    region = var.region

    moves {
      data      = [storage.corpus]
      lead_time = "21d"
    }
  }

  mount {
    storage = storage.corpus
    path    = "/data"
    mode    = "read_only"
  }
}

policy "licensed_data_stays" {
  use  = "jurisdiction_by_data_class"
  with = { allowed = { licensed = ["US", "NO"] } }
}
