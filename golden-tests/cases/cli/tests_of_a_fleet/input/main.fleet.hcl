fleet "serving" {
  language = 1
}

cloud "east" {
  kind    = "aws"
  account = "111122223333"
  regions = ["us-east-2"]
}

cloud "west" {
  kind    = "aws"
  account = "444455556666"
  regions = ["us-west-2"]
}

commitment "aws_7y" {
  cloud    = [cloud.east, cloud.west]
  category = "spend"
  value    = "30M USD"
  rates    = { "nvidia-h200" = "5.10 USD/gpu-hour" }
  burn     = { "2026" = "10M USD", "2027" = "20M USD" }

  term {
    start = "2026-01-01"
    end   = "2027-12-31"
  }

  milestone "half" {
    by       = "2026-06-30"
    capacity = { "nvidia-h200" = 200 }
  }
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    gpus = ramp({ "2026-01-01" = 100, "2026-06-30" = 200, "2027-06-30" = 404 }, "linear")
  }

  split {
    share "east" {
      cloud  = cloud.east
      zones  = ["use2-az1"]
      target = "60%"
      bounds = ["40%", "100%"]
      draw   = commitment.aws_7y
    }
    share "west" {
      cloud  = cloud.west
      zones  = ["usw2-az1"]
      target = "40%"
      bounds = ["30%", "60%"]
    }
    shift {
      objective = "cost"
      max_move  = "5%"
      deadband  = "4%"
      evaluate  = "7d"
    }
  }
}
