fleet "golden" {
  language = 1
}

cloud "azure" {
  regions = ["swedencentral"]
}

resource "Microsoft.Compute/virtualMachineScaleSets" "automatic" {
  body = {
    name     = "automatic"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Automatic" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/images/2026-11" } }
      }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "rolling" {
  body = {
    name     = "rolling"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Rolling" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/images/2026-11" } }
      }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "manual" {
  body = {
    name     = "manual"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Automatic" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/images/2026-11" } }
      }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 4
    market        = "on_demand"
    reserves_only = false
  }
}
