resource "Microsoft.Resources/deployments" "all" {
  body = {
    name       = "all"
    properties = { mode = "Complete", template = {} }
  }
}
