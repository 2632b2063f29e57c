# A network at one site, as AWS has it: one VPC, one private subnet for each zone in use, a gateway endpoint so that
# data in S3 is reached without leaving it, and security groups for the nodes. Nothing here opens a way to the internet:
# a fleet that wants one adds its own gateway and a route to `route_table`.
#
# A network that is there already (`id`, and `subnets` by zone) keeps everything it has: only security groups are made in
# it, for they name what may talk to the nodes.
#
# In scope: self (name, cidr, id, subnets, zones in use, rdma, labels), region, cloud, fleet.

lowering "network" "aws" {
  locals {
    # Zones the catalog knows come first, so that a zone taken into use later renumbers no other one. Zones it does not
    # know (local zones) come after them, in the order they are met.
    slots = concat(region.zones, [for zone in self.zones : zone if !contains(region.zones, zone)])
    # Eight slots (a /19 each, in a /16), and more only where a region has more zones.
    newbits = length(local.slots) <= 8 ? 3 : (length(local.slots) <= 16 ? 4 : 6)
    made = self.id == null
    vpc  = local.made ? resource.vpc.ref : self.id
    # Tags take no quotes and no brackets: `train["east"]` is tagged `train/east`.
    tagged = replace(replace(self.name, "[\"", "/"), "\"]", "")
    tags   = merge(self.labels, { "tonnage:fleet" = fleet.name, "tonnage:network" = local.tagged })
    name   = "${fleet.name}-${local.tagged}"
  }

  resource "AWS::EC2::VPC" "vpc" {
    when = local.made

    body = {
      CidrBlock          = self.cidr
      EnableDnsSupport   = true
      EnableDnsHostnames = true
      Tags               = [for key, value in merge(local.tags, { Name = local.name }) : { Key = key, Value = value }]
    }
  }

  resource "AWS::EC2::Subnet" "subnet" {
    for_each = local.made ? self.zones : []

    body = {
      VpcId               = resource.vpc.ref
      AvailabilityZoneId  = each.value
      CidrBlock           = cidrsubnet(self.cidr, local.newbits, index(local.slots, each.value))
      MapPublicIpOnLaunch = false
      Tags                = [for key, value in merge(local.tags, { Name = "${local.name}-${each.value}" }) : { Key = key, Value = value }]
    }
  }

  resource "AWS::EC2::RouteTable" "routes" {
    when = local.made

    body = {
      VpcId = resource.vpc.ref
      Tags  = [for key, value in merge(local.tags, { Name = local.name }) : { Key = key, Value = value }]
    }
  }

  resource "AWS::EC2::SubnetRouteTableAssociation" "routed" {
    for_each = local.made ? self.zones : []

    body = {
      SubnetId     = resource.subnet[each.value].ref
      RouteTableId = resource.routes.ref
    }
  }

  resource "AWS::EC2::VPCEndpoint" "s3" {
    when = local.made

    body = {
      VpcId         = resource.vpc.ref
      ServiceName   = "com.amazonaws.${region.name}.s3"
      RouteTableIds = [resource.routes.ref]
    }
  }

  # For nodes without RDMA: nothing comes in, everything may go out (the rule EC2 gives a group that has none).
  resource "AWS::EC2::SecurityGroup" "nodes" {
    body = {
      GroupDescription = "Nodes of ${fleet.name}"
      VpcId            = local.vpc
      Tags             = [for key, value in merge(local.tags, { Name = "${local.name}-nodes" }) : { Key = key, Value = value }]
    }
  }

  # For nodes with EFA: its traffic needs a group that admits itself in both directions, by rules that name the group.
  # They are resources of their own, because a group that names itself would be a cycle.
  resource "AWS::EC2::SecurityGroup" "efa" {
    when = self.rdma

    body = {
      GroupDescription = "EFA nodes of ${fleet.name}"
      VpcId            = local.vpc
      Tags             = [for key, value in merge(local.tags, { Name = "${local.name}-efa" }) : { Key = key, Value = value }]
    }
  }

  resource "AWS::EC2::SecurityGroupIngress" "efa_in" {
    when = self.rdma

    body = {
      GroupId               = resource.efa.ref
      SourceSecurityGroupId = resource.efa.ref
      IpProtocol            = "-1"
    }
  }

  resource "AWS::EC2::SecurityGroupEgress" "efa_out" {
    when = self.rdma

    body = {
      GroupId                    = resource.efa.ref
      DestinationSecurityGroupId = resource.efa.ref
      IpProtocol                 = "-1"
    }
  }

  # The first egress rule of its own takes a group's rule for everything away: it is written back here.
  resource "AWS::EC2::SecurityGroupEgress" "efa_any" {
    when = self.rdma

    body = {
      GroupId    = resource.efa.ref
      CidrIp     = "0.0.0.0/0"
      IpProtocol = "-1"
    }
  }

  export = {
    vpc            = local.vpc
    subnets        = local.made ? { for zone in self.zones : zone => resource.subnet[zone].ref } : self.subnets
    route_table    = local.made ? resource.routes.ref : null
    security_group = resource.nodes.ref
    efa_group      = self.rdma ? resource.efa.ref : null
  }
}
