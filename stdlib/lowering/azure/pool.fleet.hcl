# One slice of a pool, as Azure has it: a scale set for each group of nodes.
#
# InfiniBand reaches as far as one placement group: at most 100 virtual machines, five racks of 18 where an NVLink domain is
# a rack (`group_nodes` of a shape). Upgrades are manual: an automatic one may take all machines down at once.
#
# In scope: self (the slice), pool, shape, region, cloud, network, capacity, image, fleet.

lowering "pool" "azure" {
  locals {
    rdma     = pool.fabric.kind == "rdma"
    reserved = self.market == "reserved"
    spot     = self.market == "spot"

    # What was granted: an interconnect block for racks of NVLink, else a group of capacity reservations.
    owned        = local.reserved ? capacity.kind == "owned" : false
    granted      = local.reserved ? (local.owned || capacity.group != null ? capacity.group : capacity.reservation) : null
    interconnect = local.reserved && !local.owned ? strcontains(local.granted, "/interconnectBlocks/") : false

    tagged = replace(replace(pool.name, "[\"", "/"), "\"]", "")
    tags   = merge(pool.labels, { "tonnage:fleet" = fleet.name, "tonnage:pool" = local.tagged })

    # Names of machines: letters, digits and hyphens, at most 9 before Azure's own number.
    prefix = substr(replace(lower("${fleet.name}-node"), "/[^a-z0-9-]/", ""), 0, 9)
  }

  resource "Microsoft.Compute/virtualMachineScaleSets" "nodes" {
    for_each = { for group in self.groups : group.key => group }

    body = {
      location = region.name
      zones    = [self.zone]
      # Where an autoscaler owns the size, the file does not say it.
      sku = {
        name     = shape.name
        tier     = "Standard"
        capacity = pool.size.managed_by == "autoscaler" ? null : each.value.nodes
      }
      properties = {
        orchestrationMode        = "Uniform"
        singlePlacementGroup     = local.rdma
        platformFaultDomainCount = 1
        overprovision            = false
        upgradePolicy            = { mode = "Manual" }
        scaleInPolicy            = { rules = ["NewestVM"], forceDeletion = false }
        virtualMachineProfile = {
          priority       = local.spot ? "Spot" : "Regular"
          evictionPolicy = local.spot ? "Delete" : null
          billingProfile = local.spot ? { maxPrice = self.max_price == null ? -1 : self.max_price } : null

          capacityReservation = local.granted == null || local.interconnect ? null : {
            capacityReservationGroup = { id = local.granted }
          }
          interconnectBlockProfile = local.interconnect ? { interconnectBlock = { id = local.granted } } : null

          osProfile = {
            computerNamePrefix = local.prefix
            adminUsername      = lookup(image, "user", "azureuser")
            linuxConfiguration = {
              disablePasswordAuthentication = true
              ssh = {
                publicKeys = [{
                  path    = "/home/${lookup(image, "user", "azureuser")}/.ssh/authorized_keys"
                  keyData = image.ssh_key
                }]
              }
            }
          }
          storageProfile = {
            imageReference = { id = image.id }
            osDisk = {
              createOption = "FromImage"
              caching      = "ReadOnly"
              diskSizeGB   = lookup(image, "root_gib", 500)
              managedDisk  = { storageAccountType = "Premium_LRS" }
            }
          }
          networkProfile = {
            networkInterfaceConfigurations = [{
              name = "eth0"
              properties = {
                primary                     = true
                enableAcceleratedNetworking = true
                networkSecurityGroup        = { id = network.security_group }
                ipConfigurations            = [{ name = "ip0", properties = { subnet = { id = network.subnet } } }]
              }
            }]
          }
          # Fifteen minutes' notice before a machine is taken away, to write a checkpoint.
          scheduledEventsProfile = {
            terminateNotificationProfile = { enable = true, notBeforeTimeout = "PT15M" }
          }
        }
      }
      tags = local.tags
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
    groups = { for group in self.groups : group.key => resource.nodes[group.key].ref }
  }
}
