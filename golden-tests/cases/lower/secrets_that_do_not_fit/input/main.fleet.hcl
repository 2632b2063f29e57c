fleet "secretive" {
  language = 1
}

cloud "aws" {
  account = "111111111111"
  regions = ["us-east-1"]
}

cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["swedencentral"]
}

cloud "lab" {
  kind    = "azure"
  regions = ["swedencentral"]
}

cloud "google" {
  project = "gemma-train"
  regions = ["us-central1"]
}

variable "token" {
  type      = string
  sensitive = true
}

resource "AWS::SSM::Parameter" "from_azure" {
  cloud = cloud.aws
  body = {
    Type  = "String"
    Value = "key=${secret("azure-keyvault://secrets/prod/key")}"
  }
}

resource "compute.googleapis.com/InstanceTemplate" "from_aws" {
  cloud = cloud.google
  body = {
    properties = {
      machineType = "n2-standard-8"
      metadata    = { items = [{ key = "key", value = secret("aws-secretsmanager://prod/api#key") }] }
    }
  }
}

resource "compute.googleapis.com/InstanceTemplate" "shown" {
  cloud = cloud.google
  body = {
    properties = {
      machineType = "n2-standard-8"
      metadata    = { items = [{ key = "token", value = "Bearer ${var.token}" }] }
    }
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "rotates" {
  cloud = cloud.azure
  body = {
    location = "swedencentral"
    properties = {
      virtualMachineProfile = { osProfile = { adminPassword = secret("azure-keyvault://secrets/prod/admin") } }
    }
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "somewhere" {
  cloud = cloud.lab
  body = {
    location = "swedencentral"
    properties = {
      virtualMachineProfile = { osProfile = { adminPassword = secret("azure-keyvault://secrets/prod/admin#1") } }
    }
  }
}
