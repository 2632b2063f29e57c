fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EKS::Nodegroup" "workers" {
  body = {
    ClusterName   = "golden"
    NodeRole      = "arn:aws:iam::111122223333:role/nodes"
    Subnets       = ["subnet-0a1b2c3d4e5f60001"]
    InstanceTypes = ["p5.48xlarge"]
    Version       = "1.33"
    ScalingConfig = { MinSize = 0, MaxSize = 4, DesiredSize = 1 }
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 1
    market        = "on_demand"
    reserves_only = false
  }
}
