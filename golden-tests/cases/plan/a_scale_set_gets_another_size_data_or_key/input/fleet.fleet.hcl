fleet "golden" {
  language = 1
}

cloud "azure" {
  regions = ["swedencentral"]
}

resource "Microsoft.Compute/virtualMachineScaleSets" "size" {
  body = {
    name     = "size"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Manual" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/i" } }

        osProfile = {
          computerNamePrefix = "size"
          adminUsername      = "fleet"
          customData         = "Zmlyc3Q="

          linuxConfiguration = {
            disablePasswordAuthentication = true
            ssh                           = { publicKeys = [{ path = "/home/fleet/.ssh/authorized_keys", keyData = "ssh-ed25519 first" }] }
          }
        }
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

resource "Microsoft.Compute/virtualMachineScaleSets" "data" {
  body = {
    name     = "data"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Rolling", rollingUpgradePolicy = { maxBatchInstancePercent = 25 } }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/i" } }

        osProfile = {
          computerNamePrefix = "data"
          adminUsername      = "fleet"
          customData         = "Zmlyc3Q="

          linuxConfiguration = {
            disablePasswordAuthentication = true
            ssh                           = { publicKeys = [{ path = "/home/fleet/.ssh/authorized_keys", keyData = "ssh-ed25519 first" }] }
          }
        }
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

resource "Microsoft.Compute/virtualMachineScaleSets" "key" {
  body = {
    name     = "key"
    location = "swedencentral"
    sku      = { name = "Standard_ND96isr_H100_v5", capacity = 4 }

    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Automatic" }

      virtualMachineProfile = {
        storageProfile = { imageReference = { id = "/i" } }

        osProfile = {
          computerNamePrefix = "key"
          adminUsername      = "fleet"
          customData         = "Zmlyc3Q="

          linuxConfiguration = {
            disablePasswordAuthentication = true
            ssh                           = { publicKeys = [{ path = "/home/fleet/.ssh/authorized_keys", keyData = "ssh-ed25519 first" }] }
          }
        }
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
