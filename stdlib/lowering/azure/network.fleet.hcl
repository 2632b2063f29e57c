# A network at one site, as Azure has it: one virtual network with one private subnet for nodes in all zones (a subnet spans
# them), and a security group. Nothing here opens a way to the internet: a fleet that wants one adds its own NAT gateway.
# InfiniBand is a fabric of its own beside the network: nothing has to be opened for it.
#
# The lower half of the range is for nodes; the upper half is left for what a fleet adds.
#
# In scope: self (name, cidr, zones in use, rdma, labels), region, cloud, fleet.

lowering "network" "azure" {
  locals {
    # Tags take no quotes and no brackets: `train["east"]` is tagged `train/east`. Their names take no `/`.
    tagged = replace(replace(self.name, "[\"", "/"), "\"]", "")
    tags   = merge(self.labels, { "tonnage:fleet" = fleet.name, "tonnage:network" = local.tagged })
  }

  resource "Microsoft.Network/networkSecurityGroups" "nodes" {
    body = {
      location   = region.name
      properties = { securityRules = [] }
      tags       = local.tags
    }
  }

  # The subnet stands inside the network: a template that says nothing of subnets takes those away that are there.
  resource "Microsoft.Network/virtualNetworks" "vnet" {
    body = {
      location = region.name
      properties = {
        addressSpace = { addressPrefixes = [self.cidr] }
        subnets = [{
          name = "nodes"
          properties = {
            addressPrefix         = cidrsubnet(self.cidr, 1, 0)
            defaultOutboundAccess = false
            networkSecurityGroup  = { id = resource.nodes.ref }
          }
        }]
      }
      tags = local.tags
    }
  }

  export = {
    vnet           = resource.vnet.ref
    subnet         = "${resource.vnet.ref}/subnets/nodes"
    security_group = resource.nodes.ref
  }
}
