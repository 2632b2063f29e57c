fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::PCS::ComputeNodeGroup" "slurm" {
  body = {
    ClusterId             = "pcs_12345678"
    AmiId                 = "ami-0aaaaaaaaaaaaaaaa"
    CustomLaunchTemplate  = { TemplateId = "lt-1", Version = "1" }
    IamInstanceProfileArn = "arn:aws:iam::111122223333:instance-profile/AWSPCS-nodes"
    InstanceConfigs       = [{ InstanceType = "p5.48xlarge" }]
    ScalingConfiguration  = { MinInstanceCount = 4, MaxInstanceCount = 2 }
    SubnetIds             = ["subnet-0123456789abcdef0"]
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}

resource "AWS::Batch::ComputeEnvironment" "replaced" {
  body = {
    Type = "MANAGED"

    ComputeResources = {
      Type          = "EC2"
      ImageId       = "ami-0aaaaaaaaaaaaaaaa"
      InstanceTypes = ["p5.48xlarge"]
      MaxvCpus      = 384
      Subnets       = ["subnet-0123456789abcdef0"]
    }
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 2
    market        = "on_demand"
    reserves_only = false
  }
}

resource "AWS::Batch::ComputeEnvironment" "updated" {
  body = {
    Type = "MANAGED"
    ReplaceComputeEnvironment = false

    ComputeResources = {
      Type          = "EC2"
      ImageId       = "ami-0aaaaaaaaaaaaaaaa"
      InstanceTypes = ["p5.48xlarge"]
      MaxvCpus      = 384
      Subnets       = ["subnet-0123456789abcdef0"]
    }
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 2
    market        = "on_demand"
    reserves_only = false
  }
}
