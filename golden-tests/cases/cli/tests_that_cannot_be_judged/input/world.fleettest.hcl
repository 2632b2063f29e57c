test "a price that is not in the catalog" {
  expect {
    condition = cost.hourly < 900
    message   = "the fleet costs less than 900 USD an hour"
  }
}

test "a count that has another name" {
  given {
    capacity = [{ shape = "p5en.48xlarge", count = 4 }]
  }

  expect {
    condition = pool.chat.placed_gpus >= 0
    message   = "something is placed"
  }
}
