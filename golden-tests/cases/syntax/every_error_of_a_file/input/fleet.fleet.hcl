fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

locals {
  a = 1 +
}

variable "n" {
  default = [1, 2
}

output "x" {
  value = local.a ++ 2
}
