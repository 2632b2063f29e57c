# Azure regions, facts of 2026-11-22. `country` is where the site stands. Absent zones are not known.

region "azure/australiacentral" {
  place     = "Canberra"
  country   = "AU"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/australiacentral2" {
  place     = "Canberra"
  country   = "AU"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/australiaeast" {
  place     = "New South Wales"
  country   = "AU"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/australiasoutheast" {
  place     = "Victoria"
  country   = "AU"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/austriaeast" {
  place     = "Vienna"
  country   = "AT"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/belgiumcentral" {
  place     = "Brussels"
  country   = "BE"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "coming soon in 2025-09"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/brazilsouth" {
  place     = "Sao Paulo State"
  country   = "BR"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/brazilsoutheast" {
  place     = "Rio"
  country   = "BR"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/canadacentral" {
  place     = "Toronto"
  country   = "CA"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/canadaeast" {
  place     = "Quebec"
  country   = "CA"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/centralindia" {
  place     = "Pune"
  country   = "IN"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/centralus" {
  place     = "Iowa"
  country   = "US"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/chilecentral" {
  place     = "Santiago"
  country   = "CL"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/eastasia" {
  place     = "Hong Kong"
  country   = "HK"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/eastus" {
  place     = "Virginia"
  country   = "US"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/eastus2" {
  place     = "Virginia"
  country   = "US"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/francecentral" {
  place     = "Paris"
  country   = "FR"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/francesouth" {
  place     = "Marseille"
  country   = "FR"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/germanynorth" {
  place     = "Berlin"
  country   = "DE"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/germanywestcentral" {
  place     = "Frankfurt"
  country   = "DE"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/indonesiacentral" {
  place     = "Jakarta"
  country   = "ID"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/israelcentral" {
  place     = "Israel"
  country   = "IL"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/italynorth" {
  place     = "Milan"
  country   = "IT"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/japaneast" {
  place     = "Tokyo"
  country   = "JP"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/japanwest" {
  place     = "Osaka"
  country   = "JP"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/koreacentral" {
  place     = "Seoul"
  country   = "KR"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/koreasouth" {
  place     = "Busan"
  country   = "KR"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/malaysiawest" {
  place     = "Malaysia"
  country   = "MY"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/mexicocentral" {
  place     = "Queretaro"
  country   = "MX"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/newzealandnorth" {
  place     = "Auckland"
  country   = "NZ"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/northcentralus" {
  place     = "Illinois"
  country   = "US"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/northeurope" {
  place     = "Ireland"
  country   = "IE"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/norwayeast" {
  place     = "Norway"
  country   = "NO"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/norwaywest" {
  place     = "Norway"
  country   = "NO"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/polandcentral" {
  place     = "Warsaw"
  country   = "PL"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/qatarcentral" {
  place     = "Doha"
  country   = "QA"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/southafricanorth" {
  place     = "Johannesburg"
  country   = "ZA"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/southafricawest" {
  place     = "Cape Town"
  country   = "ZA"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/southcentralus" {
  place     = "Texas"
  country   = "US"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/southindia" {
  place     = "Chennai"
  country   = "IN"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/southeastasia" {
  place     = "Singapore"
  country   = "SG"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/spaincentral" {
  place     = "Madrid"
  country   = "ES"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/swedencentral" {
  place     = "Gavle"
  country   = "SE"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/switzerlandnorth" {
  place     = "Zurich"
  country   = "CH"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/switzerlandwest" {
  place     = "Geneva"
  country   = "CH"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/uaecentral" {
  place     = "Abu Dhabi"
  country   = "AE"
  partition = "AzureCloud"
  note      = "restricted"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/uaenorth" {
  place     = "Dubai"
  country   = "AE"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/uksouth" {
  place     = "London"
  country   = "GB"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/ukwest" {
  place     = "Cardiff"
  country   = "GB"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/westcentralus" {
  place     = "Wyoming"
  country   = "US"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/westeurope" {
  place     = "Netherlands"
  country   = "NL"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/westindia" {
  place     = "Mumbai"
  country   = "IN"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/westus" {
  place     = "California"
  country   = "US"
  partition = "AzureCloud"
  note      = "no availability zones"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/westus2" {
  place     = "Washington"
  country   = "US"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}

region "azure/westus3" {
  place     = "Phoenix"
  country   = "US"
  zones     = ["1", "2", "3"]
  partition = "AzureCloud"
  note      = "zonal; logical zone numbers differ per subscription"
  source    = "MicrosoftDocs/azure-docs regions list, 2025-09-23; zones listed as 1 2 3 where AZ support = yes"
}
