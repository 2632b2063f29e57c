fleet "golden" {
  language = 1
}
