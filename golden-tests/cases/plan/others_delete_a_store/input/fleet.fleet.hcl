fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

storage "corpus" {
  kind   = "lustre"
  size   = "48 TiB"
  cloud  = cloud.aws
  region = "us-east-2"
  zone   = "use2-az1"
}
