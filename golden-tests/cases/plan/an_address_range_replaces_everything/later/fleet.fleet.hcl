fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::VPC" "vpc" {
  body = {
    CidrBlock = "10.2.0.0/16"
  }
}

resource "AWS::EC2::Subnet" "subnet" {
  body = {
    VpcId     = resource.vpc.ref
    CidrBlock = "10.2.0.0/17"
  }
}

resource "AWS::EC2::SecurityGroup" "group" {
  body = {
    GroupDescription = "nodes"
    VpcId            = resource.vpc.ref
  }
}

resource "AWS::FSx::FileSystem" "corpus" {
  body = {
    FileSystemType   = "LUSTRE"
    StorageCapacity  = 4800
    SubnetIds        = [resource.subnet.ref]
    SecurityGroupIds = [resource.group.ref]
  }
}
