fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPCEndpoint" "logs" {
  body = {
    VpcId           = "vpc-0123456789abcdefa"
    ServiceName     = "com.amazonaws.us-east-2.logs"
    VpcEndpointType = "Interface"
  }
}

resource "AWS::SQS::Queue" "jobs" {
  body = {
    QueueName = "golden"
  }
}
