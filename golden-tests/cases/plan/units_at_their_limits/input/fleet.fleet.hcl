fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

locals {
  script = join("\n", [for line in range(1, 3001) : "echo ${line}"])
}

resource "AWS::SSM::Parameter" "start" {
  body = {
    Type  = "String"
    Value = local.script
  }
}

resource "AWS::SSM::Parameter" "index" {
  body = {
    Type  = "String"
    Value = "no scripts"
  }
}

resource "AWS::SSM::Parameter" "wind_down" {
  body = {
    Type        = "String"
    Value       = local.script
    Description = resource.start.ref
  }
}
