# The contract is kept on its days, and no cloud and no account becomes the fleet.

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
    condition = sum(values(placement.gpus_by_cloud)) == 216000
    message   = "216,000 GPUs are due"
  }

  expect {
    condition = placement.gpus_by_cloud["azure"] == 10800 && placement.gpus_by_cloud["google"] == 7200
    message   = "serving is shared out 50 to 30 to 20"
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

# Granted UltraServers stand where they stand; serving goes on elsewhere.
test "losing Azure" {
  as_of = "2027-01-01"

  given {
    outages = [cloud.azure]
  }

  expect {
    condition = placement.gpus_by_cloud["google"] == 12600
    message   = "Google Cloud takes up as much as its bounds allow"
  }

  expect {
    condition = sum(values(placement.gpus_by_cloud)) == 216000
    message   = "AWS takes up the rest: no GPU of serving is missing"
  }
}

test "losing Google Cloud" {
  as_of = "2027-01-01"

  given {
    outages = [cloud.google]
  }

  expect {
    condition = sum(values(placement.gpus_by_cloud)) == 216000
    message   = "no GPU of serving is missing"
  }
}
