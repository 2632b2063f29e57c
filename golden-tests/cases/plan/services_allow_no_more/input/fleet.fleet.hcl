fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::AutoScaling::AutoScalingGroup" "queue" {
  for_each = { for number in range(501) : format("%03d", number) => number }

  body = {
    MinSize           = "0"
    MaxSize           = "1"
    AvailabilityZones = ["us-east-2a"]
    LaunchTemplate    = { LaunchTemplateId = "lt-0123456789abcdef0", Version = "1" }
  }
  cloud  = cloud.aws
  region = "us-east-2"
}

resource "AWS::EC2::CapacityReservation" "block" {
  body = {
    InstanceType       = "p5.48xlarge"
    InstancePlatform   = "Linux/UNIX"
    AvailabilityZoneId = "use2-az1"
    InstanceCount      = 1500
  }
  cloud  = cloud.aws
  region = "us-east-2"
}
