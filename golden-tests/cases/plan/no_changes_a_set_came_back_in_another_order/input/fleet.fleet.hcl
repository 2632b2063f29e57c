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
    SubnetIds        = ["subnet-0a", "subnet-0b", "subnet-0c"]
    SecurityGroupIds = ["sg-0a", "sg-0b"]
  }
}
