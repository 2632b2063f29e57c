fleet "nordic" {
  language = 1
}

cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["swedencentral"]
}

variable "agent_token" {
  type      = string
  sensitive = true
  version   = 2
}

resource "Microsoft.Compute/virtualMachineScaleSets" "agents" {
  body = {
    location = "swedencentral"
    sku      = { name = "Standard_D8s_v5", capacity = 2 }
    properties = {
      orchestrationMode = "Uniform"
      upgradePolicy     = { mode = "Manual" }
      virtualMachineProfile = {
        osProfile = {
          computerNamePrefix = "agent"
          adminUsername      = "fleet"
          adminPassword      = secret("azure-keyvault://secrets/nordic-prod/admin#cd91b2b7e10e492ebb870a6ee0591b68")
        }
        extensionProfile = {
          extensions = [{
            name = "agent"
            properties = {
              publisher          = "Microsoft.Azure.Extensions"
              type               = "CustomScript"
              typeHandlerVersion = "2.1"
              protectedSettings = {
                commandToExecute = "agent --token ${var.agent_token} --key ${secret("azure-keyvault://secrets/nordic-prod/agent-key")}"
              }
            }
          }]
        }
      }
    }
  }
}
