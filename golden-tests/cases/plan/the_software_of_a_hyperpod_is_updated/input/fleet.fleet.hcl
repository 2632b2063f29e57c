fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::IAM::Role" "hyperpod" {
  body = {
    AssumeRolePolicyDocument = {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { Service = "sagemaker.amazonaws.com" }, Action = "sts:AssumeRole" }]
    }
  }
}

resource "AWS::SageMaker::Cluster" "pod" {
  body = {
    NodeRecovery = "Automatic"
    InstanceGroups = [{
      InstanceGroupName = "workers"
      InstanceType      = "ml.p5.48xlarge"
      InstanceCount     = 4
      ExecutionRole     = resource.hyperpod.att.Arn
      LifeCycleConfig   = { SourceS3Uri = "s3://golden/hooks", OnCreate = "start.sh" }
    }]
  }

  holds = {
    shape         = "p5.48xlarge"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}
