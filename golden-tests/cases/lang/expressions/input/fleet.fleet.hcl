fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2", "us-west-2"]
}

locals {
  sum   = 0.1 + 0.2
  zones = ["use2-az1", "use2-az2", "use2-az3"]
  teams = [{ name = "a", gpus = 8 }, { name = "b", gpus = 64 }]
  by    = { for team in local.teams : team.name => team.gpus if team.gpus > 8 }
  letter = <<-EOT
    Dear ${join(" and ", local.teams[*].name)},
    %{ for zone in local.zones ~}
    ${upper(zone)}
    %{ endfor ~}
  EOT
}

output "by" {
  value = local.by
}

output "cidr" {
  value = cidrsubnet("10.0.0.0/16", 3, 2)
}

output "letter" {
  value = local.letter
}

output "large" {
  value = local.sum > 1 ? "large" : "small"
}

output "sum" {
  value = local.sum
}

output "total" {
  value = sum(local.teams[*].gpus)
}
