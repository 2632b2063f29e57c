# One slice of a pool, as Google Cloud has it: an instance template that says what a node is, a policy that holds the nodes
# close together, and a managed instance group for each group of nodes.
#
# A template never changes: another one takes its place, and the groups take it up for nodes that they make from then on
# (`OPPORTUNISTIC`); no running node is touched. GPU machines don't migrate: maintenance stops them.
#
# In scope: self (the slice), pool, shape, region, cloud, network, capacity, image, fleet.

lowering "pool" "google" {
  locals {
    rdma     = pool.fabric.kind == "rdma"
    reserved = self.market == "reserved"
    spot     = self.market == "spot"
    # A domain of several nodes is asked for by its topology.
    domain  = coalesce(shape.nvlink_domain_gpus, 0)
    spanned = local.domain > coalesce(shape.accelerators, 0)

    # Which reservations: those made here, or the ones that were granted.
    reservations = local.reserved ? (
      capacity.kind == "owned" ? capacity.names : [capacity.group != null ? capacity.group : capacity.reservation]
    ) : []
    bound = local.reserved && contains(coalesce(shape.purchase, []), "reservation-bound")

    # Interfaces: two for IP, then one for each RDMA device, in the order of the rails.
    interfaces = concat(
      [{ kind = "GVNIC", subnet = network.subnet }],
      local.rdma ? [{ kind = "GVNIC", subnet = network.second }] : [],
      [for device in range(local.rdma ? shape.fabric_devices : 0) : { kind = "MRDMA", subnet = network.rails[self.zone][device] }],
    )

    # Labels take lower-case letters, digits, `_` and `-`.
    labels = {
      for key, value in merge(pool.labels, { tonnage-fleet = fleet.name, tonnage-pool = pool.name }) :
      substr(replace(lower(key), "/[^a-z0-9_-]/", "-"), 0, 63) => trim(substr(replace(lower(value), "/[^a-z0-9_-]+/", "-"), 0, 63), "-")
    }

    # Names of machines begin with it.
    base = trim(substr(replace(lower(pool.name), "/[^a-z0-9]+/", "-"), 0, 50), "-")
  }

  resource "compute.googleapis.com/ResourcePolicy" "fabric" {
    when = local.rdma

    body = {
      workloadPolicy = {
        type                = "HIGH_THROUGHPUT"
        acceleratorTopology = local.spanned ? "1x${local.domain}" : null
      }
    }
  }

  resource "compute.googleapis.com/InstanceTemplate" "template" {
    body = {
      properties = {
        machineType = shape.name
        labels      = local.labels
        disks = [{
          boot       = true
          autoDelete = true
          type       = "PERSISTENT"
          initializeParams = {
            sourceImage = "projects/${image.project}/global/images/family/${image.family}"
            diskSizeGb  = lookup(image, "root_gib", 500)
            diskType    = lookup(image, "disk_type", local.rdma ? "hyperdisk-balanced" : "pd-balanced")
          }
        }]
        networkInterfaces = [for interface in local.interfaces : { nicType = interface.kind, subnetwork = interface.subnet }]
        scheduling = {
          onHostMaintenance         = "TERMINATE"
          automaticRestart          = !local.spot
          provisioningModel         = local.spot ? "SPOT" : (local.bound ? "RESERVATION_BOUND" : "STANDARD")
          instanceTerminationAction = local.spot || local.bound ? "DELETE" : null
        }
        # Nodes bought at list price stay out of reservations: those are for whoever paid.
        reservationAffinity = local.reserved ? {
          consumeReservationType = "SPECIFIC_RESERVATION"
          key                    = "compute.googleapis.com/reservation-name"
          values                 = local.reservations
        } : { consumeReservationType = "NO_RESERVATION", key = null, values = null }
      }
    }
  }

  resource "compute.googleapis.com/InstanceGroupManager" "nodes" {
    for_each = { for group in self.groups : group.key => group }

    body = {
      zone             = self.zone
      baseInstanceName = local.base
      instanceTemplate = resource.template.ref
      # Where an autoscaler owns the size, a group begins with the least.
      targetSize       = pool.size.managed_by == "autoscaler" ? each.value.min : each.value.nodes
      targetSizePolicy = local.rdma ? { mode = "BULK" } : null
      resourcePolicies = local.rdma ? { workloadPolicy = resource.fabric.ref } : null
      updatePolicy = {
        type                        = "OPPORTUNISTIC"
        minimalAction               = "REPLACE"
        mostDisruptiveAllowedAction = "REPLACE"
        # One goes before another comes: a full reservation has no room for both.
        replacementMethod = "RECREATE"
        maxSurge          = { fixed = 0 }
        maxUnavailable    = { fixed = 1 }
      }
      # What fails stays to be looked at, and keeps its place.
      instanceLifecyclePolicy = { defaultActionOnFailure = pool.purpose == "training" ? "DO_NOTHING" : "REPAIR" }
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
    groups   = { for group in self.groups : group.key => resource.nodes[group.key].ref }
  }
}
