# A network at one site, as Google Cloud has it: a VPC network with a private subnetwork in the region, and a rule that lets
# its nodes talk to each other. Nothing here opens a way to the internet: a fleet that wants one adds its own router and NAT.
#
# RDMA nodes have more interfaces, each in a subnetwork of its own: a second one for IP in a network of its own, and one for
# each RDMA device, in a network with the RoCE profile of the zone. Ranges may not overlap on one node, so the range is cut:
# a quarter for nodes, a quarter for second interfaces, eight sixteenths for RDMA, the same ones in the network of each zone.
#
# In scope: self (name, cidr, zones in use, rdma, labels), region, cloud, fleet.

lowering "network" "google" {
  locals {
    rdma_zones = self.rdma ? self.zones : []
    # Interfaces for RDMA: 8 for every shape that has them, or fewer.
    devices = range(8)
    rails = {
      for rail in setproduct(local.rdma_zones, local.devices) : "${rail[0]}/${rail[1]}" => { zone = rail[0], device = rail[1] }
    }
    # 8,896 bytes: the largest frame, for traffic between GPUs.
    mtu = 8896
  }

  resource "compute.googleapis.com/Network" "vpc" {
    body = {
      autoCreateSubnetworks = false
      mtu                   = local.mtu
      routingConfig         = { routingMode = "REGIONAL" }
    }
  }

  resource "compute.googleapis.com/Subnetwork" "nodes" {
    body = {
      network               = resource.vpc.ref
      ipCidrRange           = cidrsubnet(self.cidr, 2, 0)
      privateIpGoogleAccess = true
    }
  }

  resource "compute.googleapis.com/Firewall" "internal" {
    body = {
      network      = resource.vpc.ref
      direction    = "INGRESS"
      sourceRanges = [self.cidr]
      allowed      = [{ IPProtocol = "tcp" }, { IPProtocol = "udp" }, { IPProtocol = "icmp" }]
    }
  }

  resource "compute.googleapis.com/Network" "second" {
    when = self.rdma

    body = {
      autoCreateSubnetworks = false
      mtu                   = local.mtu
    }
  }

  resource "compute.googleapis.com/Subnetwork" "second_nodes" {
    when = self.rdma

    body = {
      network     = resource.second.ref
      ipCidrRange = cidrsubnet(self.cidr, 2, 1)
    }
  }

  resource "compute.googleapis.com/Firewall" "second_internal" {
    when = self.rdma

    body = {
      network      = resource.second.ref
      direction    = "INGRESS"
      sourceRanges = [self.cidr]
      allowed      = [{ IPProtocol = "tcp" }, { IPProtocol = "udp" }, { IPProtocol = "icmp" }]
    }
  }

  # A network with a RoCE profile has no firewall: the profile says what may pass.
  resource "compute.googleapis.com/Network" "rdma" {
    for_each = local.rdma_zones

    body = {
      autoCreateSubnetworks = false
      mtu                   = local.mtu
      networkProfile        = "global/networkProfiles/${each.value}-vpc-roce"
    }
  }

  resource "compute.googleapis.com/Subnetwork" "rail" {
    for_each = local.rails

    body = {
      network     = resource.rdma[each.value.zone].ref
      ipCidrRange = cidrsubnet(self.cidr, 4, 8 + each.value.device)
    }
  }

  export = {
    vpc    = resource.vpc.ref
    subnet = resource.nodes.ref
    second = self.rdma ? resource.second_nodes.ref : null
    rails = {
      for zone in local.rdma_zones : zone => [for device in local.devices : resource.rail["${zone}/${device}"].ref]
    }
  }
}
