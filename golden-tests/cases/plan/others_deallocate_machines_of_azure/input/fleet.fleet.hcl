fleet "golden" {
  language = 1
}

cloud "azure" {
  regions = ["swedencentral"]
}

resource "Microsoft.Compute/virtualMachineScaleSets" "bought" {
  body = {
    name     = "bought"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 8 }

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
    nodes         = 8
    market        = "on_demand"
    reserves_only = false
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "reserved" {
  body = {
    name     = "reserved"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }

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
    nodes         = 4
    market        = "reserved"
    reserves_only = false
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "spot" {
  body = {
    name     = "spot"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 2 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Manual" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/i" } }
        priority       = "Spot"
        evictionPolicy = "Deallocate"
      }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 2
    market        = "spot"
    reserves_only = false
  }
}
