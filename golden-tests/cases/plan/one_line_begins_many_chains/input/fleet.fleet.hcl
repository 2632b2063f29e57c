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

resource "AWS::EC2::SecurityGroup" "ash" {
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
    SecurityGroupIds = [resource.ash.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "birch" {
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
    SecurityGroupIds = [resource.birch.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "cedar" {
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
    SecurityGroupIds = [resource.cedar.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "larch" {
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
    SecurityGroupIds = [resource.larch.ref]
  }
}

resource "AWS::EC2::SecurityGroup" "maple" {
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
    SecurityGroupIds = [resource.maple.ref]
  }

  lifecycle {
    on_replace = "retain"
  }
}

locals {
  described = "Stores"
}
