fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

resource "AWS::EC2::SecurityGroup" "group_1" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    GroupDescription = local.described
    VpcId            = "vpc-0123456789abcdef0"
  }
}

resource "AWS::FSx::FileSystem" "files_1" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    FileSystemType   = "LUSTRE"
    StorageCapacity  = 1200
    SubnetIds        = ["subnet-0123456789abcdef0"]
    SecurityGroupIds = [resource.group_1.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "group_2" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    GroupDescription = local.described
    VpcId            = "vpc-0123456789abcdef0"
  }
}

resource "AWS::FSx::FileSystem" "files_2" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    FileSystemType   = "LUSTRE"
    StorageCapacity  = 1200
    SubnetIds        = ["subnet-0123456789abcdef0"]
    SecurityGroupIds = [resource.group_2.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "group_3" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    GroupDescription = local.described
    VpcId            = "vpc-0123456789abcdef0"
  }
}

resource "AWS::FSx::FileSystem" "files_3" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    FileSystemType   = "LUSTRE"
    StorageCapacity  = 1200
    SubnetIds        = ["subnet-0123456789abcdef0"]
    SecurityGroupIds = [resource.group_3.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "group_4" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    GroupDescription = local.described
    VpcId            = "vpc-0123456789abcdef0"
  }
}

resource "AWS::FSx::FileSystem" "files_4" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    FileSystemType   = "LUSTRE"
    StorageCapacity  = 1200
    SubnetIds        = ["subnet-0123456789abcdef0"]
    SecurityGroupIds = [resource.group_4.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "group_5" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    GroupDescription = local.described
    VpcId            = "vpc-0123456789abcdef0"
  }
}

resource "AWS::FSx::FileSystem" "files_5" {
  cloud  = cloud.aws
  region = "us-east-2"

  body = {
    FileSystemType   = "LUSTRE"
    StorageCapacity  = 2400
    SubnetIds        = ["subnet-0123456789abcdef0"]
    SecurityGroupIds = [resource.group_5.ref]
  }

  lifecycle {
    on_replace = "retain"
  }
}

locals {
  described = "Stores"
}
