fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "train" {
  aws = { ami = "ami-0b7d4f1e92c3a5860" }
}

storage "corpus" {
  kind   = "object"
  cloud  = cloud.aws
  region = "us-east-2"
}

storage "checkpoints" {
  kind   = "object"
  cloud  = cloud.aws
  region = "us-east-2"
}

pool "pretrain" {
  purpose     = "training"
  accelerator = "nvidia-h200"
  image       = image.train

  size {
    nodes = 4
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }

  mount {
    storage = storage.corpus
    path    = "/data"
  }

  mount {
    storage = storage.checkpoints
    path    = "/checkpoints"
  }
}
