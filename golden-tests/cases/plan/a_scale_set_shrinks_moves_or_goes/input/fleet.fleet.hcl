fleet "golden" {
  language = 1
}

cloud "azure" {
  regions = ["swedencentral"]
}

resource "Microsoft.Compute/virtualMachineScaleSets" "smaller" {
  body = {
    name     = "smaller"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 6 }

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
    nodes         = 6
    market        = "on_demand"
    reserves_only = false
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "flexible" {
  body = {
    name     = "flexible"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 6 }

    properties = {
      orchestrationMode = "Flexible"
      upgradePolicy     = { mode = "Manual" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/i" } }
      }
    }
  }

  holds = {
    shape         = "Standard_ND96isr_H100_v5"
    nodes         = 6
    market        = "on_demand"
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

resource "Microsoft.Compute/virtualMachineScaleSets" "close" {
  body = {
    name     = "close"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 3 }

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
    nodes         = 3
    market        = "on_demand"
    reserves_only = false
  }
}

resource "Microsoft.Compute/virtualMachineScaleSets" "zones" {
  body = {
    name     = "zones"
    location = "swedencentral"
    zones    = ["1"]
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
