fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::CapacityReservation" "retyped" {
  body = {
    InstanceType       = "p5en.48xlarge"
    InstancePlatform   = "Linux/UNIX"
    AvailabilityZoneId = "use2-az1"
    InstanceCount      = 16
    EndDateType        = "unlimited"
  }

  holds = {
    shape         = "p5en.48xlarge"
    nodes         = 16
    market        = "reserved"
    zone          = "use2-az1"
    reserves_only = true
  }
}

resource "AWS::EC2::CapacityReservation" "platform" {
  body = {
    InstanceType       = "p5.48xlarge"
    InstancePlatform   = "Red Hat Enterprise Linux"
    AvailabilityZoneId = "use2-az1"
    InstanceCount      = 8
    EndDateType        = "unlimited"
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 8
    market        = "reserved"
    zone          = "use2-az1"
    reserves_only = true
  }
}

resource "AWS::EC2::CapacityReservation" "zoned" {
  body = {
    InstanceType       = "p5.48xlarge"
    InstancePlatform   = "Linux/UNIX"
    AvailabilityZoneId = "use2-az2"
    Tenancy            = "default"
    InstanceCount      = 4
    EndDateType        = "unlimited"
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 4
    market        = "reserved"
    zone          = "use2-az2"
    reserves_only = true
  }
}

resource "AWS::EC2::CapacityReservation" "tenancy" {
  body = {
    InstanceType       = "p5.48xlarge"
    InstancePlatform   = "Linux/UNIX"
    AvailabilityZoneId = "use2-az1"
    Tenancy            = "dedicated"
    InstanceCount      = 2
    EndDateType        = "unlimited"
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 2
    market        = "reserved"
    zone          = "use2-az1"
    reserves_only = true
  }
}
