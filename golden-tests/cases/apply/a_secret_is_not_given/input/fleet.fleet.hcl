fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

variable "api_key" {
  type      = string
  sensitive = true
  default   = null
}

resource "AWS::SSM::Parameter" "api_key" {
  body = {
    Type  = "String"
    Value = var.api_key
  }
}
