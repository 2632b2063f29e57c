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
  description = "Data of a class is used in allowed jurisdictions only: `allowed = { licensed = [\"US\", \"NO\"] }`; `operators` does the same for whose clouds these are."
  parameters  = { allowed = null, operators = {} }

  assert {
    condition = alltrue([
      for s in placement.slices : alltrue([
        for class in s.pool.data_classes : contains(lookup(param.allowed, class, [s.region.jurisdiction]), s.region.jurisdiction)
      ])
    ])
    message = "data is used outside of the jurisdictions allowed for its class: ${join("; ", distinct(flatten([
      for s in placement.slices : [
        for class in s.pool.data_classes : "pool ${s.pool.name} uses ${class} data in ${s.region.name} (${s.region.jurisdiction}), allowed: ${join(", ", param.allowed[class])}"
        if !contains(lookup(param.allowed, class, [s.region.jurisdiction]), s.region.jurisdiction)
      ]
    ])))}"
  }

  assert {
    condition = alltrue([
      for s in placement.slices : alltrue([
        for class in s.pool.data_classes : contains(lookup(param.operators, class, [s.cloud.jurisdiction]), s.cloud.jurisdiction)
      ])
    ])
    message = "data is used with operators of jurisdictions that are not allowed for its class: ${jsonencode(param.operators)}"
  }
}

policy "no_running_gpu_stopped" {
  description = "A plan stops no running GPU, unless it is acknowledged for that plan."

  assert {
    condition = plan.gpus_stopped == 0
    message   = "this plan stops ${plan.gpus_stopped} GPUs"
  }

  assert {
    condition = plan.gpus_stopped_at_most == plan.gpus_stopped
    message   = "this plan may stop ${plan.gpus_stopped_at_most} GPUs"
  }
}

policy "few_deletions" {
  description = "A plan destroys at most so many resources, replaced ones included."
  parameters  = { most = 20 }

  assert {
    condition = plan.destroy <= param.most
    message   = "this plan destroys ${plan.destroy} resources, more than ${param.most}"
  }
}

policy "small_shrink" {
  description = "A plan takes away at most a share of the fleet's GPUs."
  parameters  = { limit = "10%" }

  assert {
    condition = plan.gpu_shrink <= percent(param.limit)
    message   = "this plan takes the fleet from ${plan.gpus_before} GPUs to ${plan.gpus_after}, more than ${param.limit} of them"
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
