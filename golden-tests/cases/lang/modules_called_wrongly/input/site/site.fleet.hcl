variable "region" {
  type        = string
  description = "Where the buckets are."
}

variable "team" {
  type        = string
  description = "Who pays for them."
}

variable "days" {
  default = 7
}

cloud "spare" {
  kind    = "aws"
  regions = [var.region]
}

resource "AWS::S3::Bucket" "logs" {
  cloud  = cloud.aws
  region = var.region
}
