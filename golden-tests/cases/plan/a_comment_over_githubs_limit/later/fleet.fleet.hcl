fleet "many" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

locals {
  shards = range(900)
  round  = 2
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 4
  }

  protect {
    shrink = "deny"
  }

  option "bought" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}

resource "AWS::SSM::Parameter" "shard" {
  for_each = [for n in local.shards : format("%03d", n)]

  cloud  = cloud.aws
  region = "us-east-2"
  body = {
    Type  = "String"
    Value = "shard ${each.key} of the corpus"
    # a tag named like the shard: no two of these changes are alike
    Tags = { for shard in [each.key] : "round-of-shard-${shard}" => "round ${local.round}" }
  }
}
