test "small" {
  expect {
    condition = cost.hourly == 0
    message   = "a network costs nothing by the hour"
  }
}

pool "chat" {
  purpose = "inference"
}
