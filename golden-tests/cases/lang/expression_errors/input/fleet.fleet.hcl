fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

locals {
  a = 1 + "two"
  b = { x = 1 }.y
  c = [1, 2][5]
  d = 4 / 0
  e = uper("x")
  f = join(",")
}
