fleet "covered" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

cloud "azure" {
  regions = ["eastus"]
}

resource "AWS::EC2::CapacityReservation" "floor" {
  body = {
    InstanceType          = "p5.48xlarge"
    InstancePlatform      = "Linux/UNIX"
    AvailabilityZoneId    = "use2-az1"
    InstanceCount         = 4
    InstanceMatchCriteria = "open"
  }
  cloud  = cloud.aws
  region = "us-east-2"
}

resource "Microsoft.Compute/capacityReservationGroups" "group" {
  body = {
    name     = "group"
    location = "eastus"
  }
  cloud  = cloud.azure
  region = "eastus"
}

resource "Microsoft.Compute/capacityReservationGroups/capacityReservations" "block" {
  body = {
    name     = "block"
    parent   = resource.group.ref
    location = "eastus"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 2 }

    properties = {
      scheduleProfile = { start = "2026-12-01", end = "2026-12-14" }
    }
  }
  cloud  = cloud.azure
  region = "eastus"
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "here" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 6
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}

pool "there" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 2
  }

  option "aws" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az2"]
  }
}
