# Storage, as AWS has it: an FSx for Lustre file system in one zone, or an S3 bucket. Data is never lost by a plan: both
# are kept when they leave the file and when they are replaced.
#
# Sizes and throughput that FSx sells for PERSISTENT_2 on SSD: 1,200 GiB or multiples of 2,400 GiB; 125, 250, 500 or
# 1,000 MB/s for each TiB (docs.aws.amazon.com/fsx/latest/LustreGuide, "Deployment and storage class options").
#
# In scope: self (name, slug, kind, gib, throughput_gbps, zone, labels), network, region, cloud, fleet.

lowering "storage" "aws" {
  locals {
    lustre = self.kind == "lustre"
    gib    = !local.lustre ? 0 : (self.gib <= 1200 ? 1200 : ceil(self.gib / 2400) * 2400)

    # 1 Gbps is 125 MB/s.
    wanted = self.throughput_gbps == null ? 0 : self.throughput_gbps * 125 / max(local.gib / 1024, 1)
    speeds = [for speed in [125, 250, 500, 1000] : speed if speed >= local.wanted]
    speed  = length(local.speeds) > 0 ? local.speeds[0] : 1000

    tagged = replace(replace(self.name, "[\"", "/"), "\"]", "")
    tags = merge(self.labels, { "tonnage:fleet" = fleet.name, "tonnage:storage" = local.tagged, Name = "${fleet.name}-${local.tagged}" },
    self.data_class == null ? {} : { "tonnage:data-class" = self.data_class })
  }

  # Lustre speaks on ports 988 and 1018 to 1023 (docs.aws.amazon.com/fsx/latest/LustreGuide, "File system access control").
  resource "AWS::EC2::SecurityGroup" "lustre" {
    when = local.lustre

    body = {
      GroupDescription = "Lustre of ${fleet.name} ${local.tagged}"
      VpcId            = network.vpc
      SecurityGroupIngress = [
        for ports in [[988, 988], [1018, 1023]] : {
          IpProtocol = "tcp"
          FromPort   = ports[0]
          ToPort     = ports[1]
          CidrIp     = network.cidr
        }
      ]
      Tags = [for key, value in local.tags : { Key = key, Value = value }]
    }

    # Another description would replace it, and with it the file system: a store that is renamed keeps the one it has.
    lifecycle {
      ignore = ["GroupDescription"]
    }
  }

  resource "AWS::FSx::FileSystem" "files" {
    when = local.lustre

    body = {
      FileSystemType   = "LUSTRE"
      StorageType      = "SSD"
      StorageCapacity  = local.gib
      SubnetIds        = [network.subnets[self.zone]]
      SecurityGroupIds = [resource.lustre.ref]
      LustreConfiguration = {
        DeploymentType           = "PERSISTENT_2"
        PerUnitStorageThroughput = local.speed
        DataCompressionType      = "LZ4"
      }
      Tags = [for key, value in local.tags : { Key = key, Value = value }]
    }

    lifecycle {
      on_delete  = "retain"
      on_replace = "retain"
    }
  }

  # Without a name of its own: a name is unique in the world, and would collide when it is replaced.
  resource "AWS::S3::Bucket" "bucket" {
    when = !local.lustre

    body = {
      BucketEncryption = {
        ServerSideEncryptionConfiguration = [{ ServerSideEncryptionByDefault = { SSEAlgorithm = "AES256" } }]
      }
      PublicAccessBlockConfiguration = {
        BlockPublicAcls       = true
        BlockPublicPolicy     = true
        IgnorePublicAcls      = true
        RestrictPublicBuckets = true
      }
      OwnershipControls = { Rules = [{ ObjectOwnership = "BucketOwnerEnforced" }] }
      Tags              = [for key, value in local.tags : { Key = key, Value = value }]
    }

    lifecycle {
      on_delete  = "retain"
      on_replace = "retain"
    }
  }

  export = {
    dns        = local.lustre ? resource.files.att.DNSName : null
    mount_name = local.lustre ? resource.files.att.LustreMountName : null
    bucket     = local.lustre ? null : resource.bucket.ref
    arn        = local.lustre ? null : resource.bucket.att.Arn
  }
}
