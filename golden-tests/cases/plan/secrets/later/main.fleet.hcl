fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111111111111"
  regions = ["us-east-1"]
}

variable "db_password" {
  type      = string
  sensitive = true
  version   = 2
}

locals {
  dsn = "postgres://serving:${var.db_password}@db.internal/fleet"
}

resource "AWS::SSM::Parameter" "dsn" {
  cloud  = cloud.aws
  region = "us-east-1"
  body = {
    Type  = "String"
    Value = local.dsn
  }
}

resource "AWS::SSM::Parameter" "api_key" {
  cloud  = cloud.aws
  region = "us-east-1"
  body = {
    Type  = "String"
    Value = "key=${secret("aws-secretsmanager://prod/api#key")}"
  }
}

output "dsn" {
  value     = local.dsn
  sensitive = true
}

output "length" {
  value = nonsensitive(length(var.db_password))
}
