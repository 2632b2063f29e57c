fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::EC2::SecurityGroup" "lustre" {
  for_each = toset([for n in range(40) : tostring(n)])

  body = {
    GroupDescription = "Lustre of the fleet"
    VpcId            = "vpc-0a1b2c3d4e5f60001"
  }
}

resource "AWS::FSx::FileSystem" "corpus" {
  for_each = toset([for n in range(40) : tostring(n)])

  body = {
    FileSystemType   = "LUSTRE"
    StorageType      = "SSD"
    StorageCapacity  = 1200
    SubnetIds        = ["subnet-0a1b2c3d4e5f60001"]
    SecurityGroupIds = [resource.lustre[each.key].ref]
    LustreConfiguration = {
      DeploymentType           = "PERSISTENT_2"
      PerUnitStorageThroughput = 250
    }
  }
}
