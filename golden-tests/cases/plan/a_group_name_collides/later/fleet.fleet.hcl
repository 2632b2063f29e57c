fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::SecurityGroup" "lustre" {
  body = {
    GroupName        = "lustre"
    GroupDescription = "Lustre of the fleet"
    VpcId            = "vpc-0a1b2c3d4e5f60001"
  }
}

resource "AWS::FSx::FileSystem" "corpus" {
  body = {
    FileSystemType   = "LUSTRE"
    StorageType      = "SSD"
    StorageCapacity  = 62400
    SubnetIds        = ["subnet-0a1b2c3d4e5f60001"]
    SecurityGroupIds = [resource.lustre.ref]
    LustreConfiguration = {
      DeploymentType           = "PERSISTENT_2"
      PerUnitStorageThroughput = 250
    }
  }
}
