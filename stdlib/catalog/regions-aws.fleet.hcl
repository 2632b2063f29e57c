# AWS regions, facts of 2026-11-22. `country` is where the site stands. Absent zones are not known.

region "aws/af-south-1" {
  place     = "Cape Town"
  country   = "ZA"
  zones     = ["afs1-az1", "afs1-az2", "afs1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-east-1" {
  place     = "Hong Kong"
  country   = "HK"
  zones     = ["ape1-az1", "ape1-az2", "ape1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-east-2" {
  place     = "Taipei"
  country   = "TW"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-northeast-1" {
  place     = "Tokyo"
  country   = "JP"
  zones     = ["apne1-az1", "apne1-az2", "apne1-az4"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-northeast-2" {
  place     = "Seoul"
  country   = "KR"
  zones     = ["apne2-az1", "apne2-az2", "apne2-az3", "apne2-az4"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-northeast-3" {
  place     = "Osaka"
  country   = "JP"
  zones     = ["apne3-az1", "apne3-az2", "apne3-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-south-1" {
  place     = "Mumbai"
  country   = "IN"
  zones     = ["aps1-az1", "aps1-az2", "aps1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-south-2" {
  place     = "Hyderabad"
  country   = "IN"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-southeast-1" {
  place     = "Singapore"
  country   = "SG"
  zones     = ["apse1-az1", "apse1-az2", "apse1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-southeast-2" {
  place     = "Sydney"
  country   = "AU"
  zones     = ["apse2-az1", "apse2-az2", "apse2-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-southeast-3" {
  place     = "Jakarta"
  country   = "ID"
  zones     = ["apse3-az1", "apse3-az2", "apse3-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-southeast-4" {
  place     = "Melbourne"
  country   = "AU"
  zones     = ["apse4-az1", "apse4-az2", "apse4-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-southeast-5" {
  place     = "Malaysia"
  country   = "MY"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-southeast-6" {
  place     = "New Zealand"
  country   = "NZ"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ap-southeast-7" {
  place     = "Thailand"
  country   = "TH"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ca-central-1" {
  place     = "Central"
  country   = "CA"
  zones     = ["cac1-az1", "cac1-az2", "cac1-az4"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/ca-west-1" {
  place     = "Calgary"
  country   = "CA"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-central-1" {
  place     = "Frankfurt"
  country   = "DE"
  zones     = ["euc1-az1", "euc1-az2", "euc1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-central-2" {
  place     = "Zurich"
  country   = "CH"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-north-1" {
  place     = "Stockholm"
  country   = "SE"
  zones     = ["eun1-az1", "eun1-az2", "eun1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-south-1" {
  place     = "Milan"
  country   = "IT"
  zones     = ["eus1-az1", "eus1-az2", "eus1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-south-2" {
  place     = "Spain"
  country   = "ES"
  zones     = ["eus2-az1", "eus2-az2", "eus2-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-west-1" {
  place     = "Ireland"
  country   = "IE"
  zones     = ["euw1-az1", "euw1-az2", "euw1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-west-2" {
  place     = "London"
  country   = "GB"
  zones     = ["euw2-az1", "euw2-az2", "euw2-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eu-west-3" {
  place     = "Paris"
  country   = "FR"
  zones     = ["euw3-az1", "euw3-az2", "euw3-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/il-central-1" {
  place     = "Tel Aviv"
  country   = "IL"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/me-central-1" {
  place     = "UAE"
  country   = "AE"
  zones     = ["mec1-az1", "mec1-az2", "mec1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/me-south-1" {
  place     = "Bahrain"
  country   = "BH"
  zones     = ["mes1-az1", "mes1-az2", "mes1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/mx-central-1" {
  place     = "Central"
  country   = "MX"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/sa-east-1" {
  place     = "Sao Paulo"
  country   = "BR"
  partition = "aws"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/us-east-1" {
  # local zones are used only where an author names one
  # use1-dfw2-az1 is the Dallas local zone us-east-1-dfw-2a: P6e-GB200 UltraServers only, opt-in required
  # (EC2 User Guide, Capacity Blocks for ML). use1-atl2-az1 is the Atlanta local zone, seen in price rows.
  place       = "N. Virginia"
  country     = "US"
  zones       = ["use1-az1", "use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6"]
  local_zones = ["use1-atl2-az1", "use1-dfw2-az1"]
  partition   = "aws"
  note        = "zone ids seen in price rows"
  source      = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/us-east-2" {
  place     = "Ohio"
  country   = "US"
  zones     = ["use2-az1", "use2-az2", "use2-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/us-west-1" {
  place     = "N. California"
  country   = "US"
  zones     = ["usw1-az1", "usw1-az3"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/us-west-2" {
  place     = "Oregon"
  country   = "US"
  zones     = ["usw2-az1", "usw2-az2", "usw2-az3", "usw2-az4"]
  partition = "aws"
  note      = "zone ids seen in price rows"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/us-gov-east-1" {
  place     = "GovCloud East"
  country   = "US"
  partition = "aws-us-gov"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/us-gov-west-1" {
  place     = "GovCloud West"
  country   = "US"
  partition = "aws-us-gov"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/eusc-de-east-1" {
  place     = "European Sovereign Cloud"
  country   = "DE"
  partition = "aws-eusc"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/cn-north-1" {
  place     = "Beijing"
  country   = "CN"
  partition = "aws-cn"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}

region "aws/cn-northwest-1" {
  place     = "Ningxia"
  country   = "CN"
  partition = "aws-cn"
  note      = "zone ids not seen"
  source    = "botocore 1.44.5 endpoints.json; skypilot-catalog@2c3d7ea7 v9/aws"
}
