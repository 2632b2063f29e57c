# What the fleet must do when the world is not as it should be.

test "half of it stands at the end of June" {
  as_of = "2026-06-30"

  expect {
    condition = pool.chat.placed_gpus == 200
    message   = "200 GPUs are due on 2026-06-30"
  }
  expect {
    condition = placement.gpu_share_by_cloud.east <= percent("60%")
    message   = "east holds at most 60%"
  }
}

test "losing an account" {
  as_of = "2026-06-30"

  given {
    outages = [cloud.west]
  }

  expect {
    condition = pool.chat.placed_gpus >= 130
    message   = "chat must keep 130 GPUs when west is gone"
  }
}

test "scarce in the west" {
  as_of = "2026-06-30"

  given {
    capacity = [{ region = "us-west-2", shape = "p5en.48xlarge", nodes = 8 }]
  }

  expect {
    condition = placement.gpus_by_cloud.east == 136 && placement.gpus_by_cloud.west == 64
    message   = "east takes what west has no room for"
  }
}

test "cheaper" {
  as_of = "2026-06-30"

  given {
    prices = { "p5en.48xlarge" = "31.00 USD/node-hour" }
  }

  expect {
    condition = cost.hourly < 900
    message   = "the fleet costs less than 900 USD an hour"
  }
  expect {
    condition = plan.gpus_stopped == 0 && length(plan.changes) > 100
    message   = "nothing stops, and everything is made"
  }
}
