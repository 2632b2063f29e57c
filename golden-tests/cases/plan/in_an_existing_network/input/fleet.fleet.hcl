fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

# By its properties: exactly one object has them.
lookup "AWS::EC2::VPC" "shared" {
  cloud = cloud.aws
  where = { Tags = { Name = "shared" } }
}

# By its identifier: nothing has to be read to use it.
lookup "AWS::EC2::Subnet" "nodes" {
  cloud = cloud.aws
  id    = "subnet-0123456789abcdef0"
}

network "shared" {
  id      = lookup.shared.ref
  subnets = { use2-az1 = lookup.nodes.ref }
}

resource "AWS::EC2::SecurityGroupIngress" "admin" {
  body = {
    GroupId    = network.shared.security_group
    IpProtocol = "tcp"
    FromPort   = 22
    ToPort     = 22
    CidrIp     = lookup.shared.att.CidrBlock
  }
  cloud  = cloud.aws
  region = "us-east-2"
}

output "range" {
  value = cidrsubnet(lookup.shared.att.CidrBlock, 8, 1)
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving
  network     = network.shared
  labels      = { team = "serving" }

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]

    buy {
      on_demand = "rest"
    }
  }
}
