fleet "golden" {
  language = 1
}

cloud "azure" {
  regions = ["swedencentral"]
}

resource "Microsoft.Compute/virtualMachineScaleSets" "nodes" {
  body = {
    name     = "nodes"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 2 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Manual" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/i" } }
      }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 2
    market        = "on_demand"
    reserves_only = false
  }
}
