moved {
  from = resource.nodes["first"]
  to   = resource.nodes["left"]
}

moved {
  from = resource.of["loader"]
  to   = resource.of["reader"]
}
