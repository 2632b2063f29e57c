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

resource "AWS::EC2::CapacityReservation" "floor" {
  body = {
    InstanceType       = "p5.48xlarge"
    InstancePlatform   = "Linux/UNIX"
    AvailabilityZoneId = "use2-az1"
    InstanceCount      = 24
    EndDateType        = "unlimited"
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 24
    market        = "reserved"
    zone          = "use2-az1"
    reserves_only = true
  }
}

capacity "cancelled" {
  kind    = "granted"
  product = "reservation"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 8
  ids     = { "cr-0a1b2c3d4e5f60001" = 8 }
}

pool "in_cancelled" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 8
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity = capacity.cancelled
    }
  }
}

capacity "other" {
  kind    = "granted"
  product = "reservation"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 8
  ids     = { "cr-0a1b2c3d4e5f60002" = 8 }
}

pool "in_other" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 8
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity = capacity.other
    }
  }
}

capacity "written" {
  kind    = "granted"
  product = "reservation"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 8
  ids     = { "cr-0a1b2c3d4e5f60003" = 8 }
}

pool "in_written" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 8
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity = capacity.written
    }
  }
}

capacity "own" {
  kind    = "granted"
  product = "reservation"
  cloud   = cloud.aws
  zone    = "use2-az1"
  shape   = "p5.48xlarge"
  nodes   = 24
  ids     = { "capacityreservation-74679afb00001" = 24 }
}

pool "in_own" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    nodes = 24
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      capacity = capacity.own
    }
  }
}
