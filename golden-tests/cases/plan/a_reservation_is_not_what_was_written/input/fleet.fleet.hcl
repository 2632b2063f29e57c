fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::CapacityReservation" "floor" {
  body = {
    InstanceType       = "p5.48xlarge"
    InstancePlatform   = "Linux/UNIX"
    AvailabilityZoneId = "use2-az1"
    InstanceCount      = 16
    EndDateType        = "unlimited"
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 16
    market        = "reserved"
    zone          = "use2-az1"
    reserves_only = true
  }
}
