fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::Instance" "login" {
  body = {
    ImageId      = "ami-0f3c8e2d41b7a9650"
    InstanceType = "m7i.large"
    SubnetId     = "subnet-0a1b2c3d4e5f60001"
  }

  holds = {
    shape         = "m7i.large"
    nodes         = 1
    market        = "on_demand"
    reserves_only = false
  }
}
