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
          adminPassword      = secret("azure-keyvault://secrets/nordic-prod/admin#4387e9f3d6e14c459867679a90fd0f79")
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
