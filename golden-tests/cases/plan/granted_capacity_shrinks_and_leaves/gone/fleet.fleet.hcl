fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

commitment "deal" {
  cloud    = cloud.aws
  category = "spend"
  value    = "5M USD"
  rates    = { "nvidia-h200" = "3.00 USD/gpu-hour" }
  drawn    = { "2026-11-21" = "0.4M USD" }

  term {
    start = "2026-06-01"
    end   = "2027-05-31"
  }
}
