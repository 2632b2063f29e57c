# One slice of a pool, as AWS has it: a launch template that says what a node is, and an Auto Scaling group for each
# group of nodes. Nothing has a name of its own, so that a replacement never collides with what it replaces.
#
# In scope: self (the slice), pool, health, shape, region, cloud, network, capacity, image, fleet.

lowering "pool" "aws" {
  locals {
    rdma     = pool.fabric.kind == "rdma"
    reserved = self.market == "reserved"
    owned    = local.reserved ? capacity.kind == "owned" : false
    block    = local.reserved && !local.owned ? capacity.product == "capacity_block" : false

    # What holds the nodes close together: the reservation's own placement group, or one made here. A capacity block is
    # one place already, and so is an NVLink domain of several nodes.
    one_place = local.block || coalesce(shape.nvlink_domain_gpus, 0) > coalesce(shape.accelerators, 0)
    cluster   = local.rdma && !local.owned && !local.one_place
    placement = local.owned ? capacity.placement_group : (local.cluster ? resource.fabric.ref : null)

    # Card 0 device 0 carries IP. With RDMA each EFA-only card has one device more; on card 0 it is the second device.
    security_group = local.rdma ? network.efa_group : network.security_group
    interfaces = concat(
      [{ card = 0, device = 0, kind = local.rdma ? shape.primary_interface : "interface" }],
      [for card in local.rdma ? shape.efa_only_cards : [] : { card = card, device = card == 0 ? 1 : 0, kind = "efa-only" }],
    )

    # Where the capacity comes from. Nodes bought at list price stay out of reservations: those are for whoever paid.
    target = (
      local.owned ? { CapacityReservationResourceGroupArn = capacity.group } :
      local.reserved && capacity.group != null ? { CapacityReservationResourceGroupArn = capacity.group } :
      local.reserved ? { CapacityReservationId = capacity.reservation } : null
    )
    preference = local.block || self.market == "spot" ? null : (local.reserved ? "capacity-reservations-only" : "none")
    market = (
      local.block ? { MarketType = "capacity-block" } :
      self.market == "spot" ? {
        MarketType = "spot"
        SpotOptions = {
          SpotInstanceType = "one-time" # the only kind an Auto Scaling group takes
          MaxPrice         = self.max_price == null ? null : tostring(self.max_price)
        }
      } : null
    )

    # What nodes mount when they start: Lustre by its client, buckets by Mountpoint for S3 (both must be in the image).
    mounts = [
      for m in pool.mounts : m.kind == "lustre" ?
      "mkdir -p ${m.path} && mount -t lustre -o relatime,flock${m.read_only ? ",ro" : ""} ${m.dns}@tcp:/${m.mount_name} ${m.path}" :
      "mkdir -p ${m.path} && mount-s3 ${m.read_only ? "--read-only " : ""}${m.bucket} ${m.path}"
    ]
    # Long enough for a node with eight GPUs to boot and pass its first checks.
    grace = health.grace == null ? 900 : health.grace

    buckets = [for m in pool.mounts : m if m.kind == "object"]

    # Tags take no quotes and no brackets: `ultra["east"]` is tagged `ultra/east`.
    tagged = replace(replace(pool.name, "[\"", "/"), "\"]", "")
    tags   = merge(pool.labels, { "tonnage:fleet" = fleet.name, "tonnage:pool" = local.tagged, Name = "${fleet.name}-${local.tagged}" })
  }

  resource "AWS::IAM::Role" "role" {
    body = {
      AssumeRolePolicyDocument = {
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "ec2.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      }
      ManagedPolicyArns = ["arn:${coalesce(region.partition, "aws")}:iam::aws:policy/AmazonSSMManagedInstanceCore"]
      Policies = length(local.buckets) == 0 ? null : [
        for position, m in local.buckets : {
          PolicyName = "mount-${position}"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [m.arn] },
              {
                Effect   = "Allow"
                Action   = m.read_only ? ["s3:GetObject"] : ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]
                Resource = ["${m.arn}/*"]
              },
            ]
          }
        }
      ]
      Tags              = [for key, value in local.tags : { Key = key, Value = value }]
    }
  }

  resource "AWS::IAM::InstanceProfile" "profile" {
    body = {
      Roles = [resource.role.ref]
    }
  }

  # No tags: changing a tag of a placement group replaces it, away from the nodes it holds.
  resource "AWS::EC2::PlacementGroup" "fabric" {
    when = local.cluster

    body = {
      Strategy = "cluster"
    }
  }

  resource "AWS::EC2::LaunchTemplate" "template" {
    body = {
      LaunchTemplateData = {
        ImageId            = image.ami
        InstanceType       = shape.name
        EbsOptimized       = true
        IamInstanceProfile = { Arn = resource.profile.att.Arn }

        # Version 2 of the metadata service only; the second hop is for containers.
        MetadataOptions = {
          HttpEndpoint            = "enabled"
          HttpTokens              = "required"
          HttpPutResponseHopLimit = 2
        }

        BlockDeviceMappings = [{
          DeviceName = lookup(image, "root_device", "/dev/sda1")
          Ebs = {
            VolumeSize          = lookup(image, "root_gib", 500)
            VolumeType          = "gp3"
            Encrypted           = true
            DeleteOnTermination = true
          }
        }]

        NetworkInterfaces = [
          for interface in local.interfaces : {
            NetworkCardIndex    = interface.card
            DeviceIndex         = interface.device
            InterfaceType       = interface.kind
            Groups              = [local.security_group]
            DeleteOnTermination = true
          }
        ]

        UserData              = length(local.mounts) == 0 ? null : { "Fn::Base64" = join("\n", concat(["#!/bin/sh", "set -e"], local.mounts, [""])) }
        Placement             = local.placement == null ? null : { GroupName = local.placement }
        InstanceMarketOptions = local.market
        CapacityReservationSpecification = local.target == null && local.preference == null ? null : {
          CapacityReservationPreference = local.preference
          CapacityReservationTarget     = local.target
        }
      }
    }
  }

  resource "AWS::AutoScaling::AutoScalingGroup" "nodes" {
    for_each = { for group in self.groups : group.key => group }

    body = {
      # Where an autoscaler owns the size, the file says only between which bounds.
      MinSize         = pool.size.managed_by == "autoscaler" ? tostring(each.value.min) : "0"
      MaxSize         = tostring(each.value.max)
      DesiredCapacity = pool.size.managed_by == "autoscaler" ? null : tostring(each.value.nodes)

      VPCZoneIdentifier = [network.subnets[self.zone]]
      LaunchTemplate = {
        LaunchTemplateId = resource.template.ref
        Version          = resource.template.att.LatestVersionNumber
      }

      HealthCheckType                  = "EC2"
      HealthCheckGracePeriod           = local.grace
      NewInstancesProtectedFromScaleIn = pool.purpose == "training"
      Tags                             = [for key, value in local.tags : { Key = key, Value = value, PropagateAtLaunch = true }]
    }

    # Without a step nothing happens to running nodes: only those that come later are of the new template. With one the
    # group ends so many at a time and waits as long as a node may take to come up; it does not launch first, because
    # the capacity exists once. A batch holds 100 at most (CloudFormation, AutoScalingRollingUpdate).
    update_policy = each.value.step == null ? null : {
      AutoScalingRollingUpdate = {
        MaxBatchSize          = min(each.value.step, 100)
        MinInstancesInService = max(each.value.nodes - min(each.value.step, 100), 0)
        PauseTime             = "PT${floor(local.grace / 60)}M${local.grace % 60}S"
        SuspendProcesses      = ["HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions"]
      }
    }

    holds = {
      shape         = shape.name
      nodes         = each.value.nodes
      market        = self.market
      zone          = self.zone
      reserves_only = false
    }
  }

  export = {
    template = resource.template.ref
    role     = resource.role.ref
    groups   = { for group in self.groups : group.key => resource.nodes[group.key].ref }
  }
}
