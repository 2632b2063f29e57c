fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.1.0.0/16"
    Tags      = [{ Key = "Name", Value = "golden" }, { Key = "team", Value = "training" }]
  }
}

resource "AWS::Logs::LogGroup" "log" {
  body = {
    LogGroupName = "golden"
  }
}

resource "AWS::SQS::Queue" "jobs" {
  for_each = ["evaluate", "train"]
  body = {
    QueueName = "golden-${each.key}"
  }
}
