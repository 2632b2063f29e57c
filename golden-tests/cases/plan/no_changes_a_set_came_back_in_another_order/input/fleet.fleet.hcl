fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription = "ssh and https"
    SecurityGroupIngress = [
      { IpProtocol = "tcp", FromPort = 22, ToPort = 22, CidrIp = "10.0.0.0/8" },
      { IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.0.0.0/8" },
    ]
  }
}

resource "AWS::EC2::VPCEndpoint" "logs" {
  body = {
    VpcId            = "vpc-0a1b2c3d"
    ServiceName      = "com.amazonaws.us-east-2.logs"
    VpcEndpointType  = "Interface"
    SubnetIds        = ["subnet-0123456789abcdefa", "subnet-0123456789abcdefb", "subnet-0123456789abcdefc"]
    SecurityGroupIds = ["sg-0123456789abcdefa", "sg-0123456789abcdefb"]
  }
}
