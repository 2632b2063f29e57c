# Policies ready to use: `policy "NAME" { use = "…"  with = { … } }`. A parameter that is null must be given.

policy "provider_concentration" {
  description = "No cloud holds more than a share of all GPUs."
  parameters  = { limit = "70%" }

  assert {
    condition = alltrue([for share in values(placement.gpu_share_by_cloud) : share <= percent(param.limit)])
    message   = "no cloud may hold more than ${param.limit} of the GPUs; they are shared as ${jsonencode(placement.gpu_share_by_cloud)}"
  }
}

policy "jurisdiction_by_data_class" {
  description = "Data of a class is used in allowed jurisdictions only: `allowed = { licensed = [\"US\", \"NO\"] }`."
  parameters  = { allowed = null }

  assert {
    condition = alltrue([
      for s in placement.slices : alltrue([
        for class in s.pool.data_classes : contains(lookup(param.allowed, class, [s.region.jurisdiction]), s.region.jurisdiction)
      ])
    ])
    message = "a pool uses data outside of the jurisdictions allowed for its class: ${jsonencode(param.allowed)}"
  }
}

policy "no_running_gpu_stopped" {
  description = "A plan stops no running GPU, unless it is acknowledged for that plan."

  assert {
    condition = plan.gpus_stopped == 0
    message   = "this plan stops ${plan.gpus_stopped} GPUs"
  }
}

policy "spend_ceiling" {
  description = "The fleet costs at most so much an hour, in USD, at the prices that are known."
  parameters  = { hourly = null }

  assert {
    condition = cost.hourly <= param.hourly
    message   = "the fleet costs more than ${param.hourly} USD an hour"
  }
}

policy "at_least_two_options" {
  description = "Every pool can be had in at least two ways."

  assert {
    condition = alltrue([for name, p in placement.pools : p.options >= 2])
    message   = "each of these pools has one option only: ${join(", ", [for name, p in placement.pools : name if p.options < 2])}"
  }
}
