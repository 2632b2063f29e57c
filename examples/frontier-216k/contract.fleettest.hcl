# The contract is kept on its days, and no account becomes the fleet.

test "half by the end of June 2026" {
  as_of = "2026-06-30"

  expect {
    condition = sum(values(placement.gpus_by_cloud)) == 108000
    message   = "108,000 GPUs are due"
  }
}

test "full by the end of 2026" {
  as_of = "2026-12-31"

  expect {
    condition = sum(values(placement.gpus_by_cloud)) >= 216000
    message   = "216,000 GPUs are due"
  }
}

test "expansion by the end of 2027" {
  as_of = "2027-12-31"

  expect {
    condition = sum(values(placement.gpus_by_cloud)) >= 270000
    message   = "270,000 GPUs are due"
  }
  expect {
    condition = plan.gpus_stopped == 0
    message   = "growing stops nothing"
  }
}

test "losing an account" {
  as_of = "2027-01-01"

  given {
    outages = [cloud.use1_a]
  }

  expect {
    condition = sum(values(placement.gpus_by_cloud)) >= 180000
    message   = "180,000 GPUs must stay when one account is gone"
  }
}
