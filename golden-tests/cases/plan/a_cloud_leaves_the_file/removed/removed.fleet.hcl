removed {
  from = cloud.azure
}
