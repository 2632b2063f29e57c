# Google Cloud regions, facts of 2026-11-22. `country` is where the site stands. Absent zones are not known.

region "google/africa-south1" {
  place     = "Johannesburg"
  country   = "ZA"
  zones     = ["africa-south1-a", "africa-south1-b", "africa-south1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-east1" {
  place     = "Changhua"
  country   = "TW"
  zones     = ["asia-east1-a", "asia-east1-b", "asia-east1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-east2" {
  place     = "Hong Kong"
  country   = "HK"
  zones     = ["asia-east2-a", "asia-east2-b", "asia-east2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-northeast1" {
  place     = "Tokyo"
  country   = "JP"
  zones     = ["asia-northeast1-a", "asia-northeast1-b", "asia-northeast1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-northeast2" {
  place     = "Osaka"
  country   = "JP"
  zones     = ["asia-northeast2-a", "asia-northeast2-b", "asia-northeast2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-northeast3" {
  place     = "Seoul"
  country   = "KR"
  zones     = ["asia-northeast3-a", "asia-northeast3-b", "asia-northeast3-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-south1" {
  place     = "Mumbai"
  country   = "IN"
  zones     = ["asia-south1-a", "asia-south1-b", "asia-south1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-south2" {
  place     = "Delhi"
  country   = "IN"
  zones     = ["asia-south2-a", "asia-south2-b", "asia-south2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-southeast1" {
  place     = "Singapore"
  country   = "SG"
  zones     = ["asia-southeast1-a", "asia-southeast1-b", "asia-southeast1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/asia-southeast2" {
  place     = "Jakarta"
  country   = "ID"
  zones     = ["asia-southeast2-a", "asia-southeast2-b", "asia-southeast2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/australia-southeast1" {
  place     = "Sydney"
  country   = "AU"
  zones     = ["australia-southeast1-a", "australia-southeast1-b", "australia-southeast1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/australia-southeast2" {
  place     = "Melbourne"
  country   = "AU"
  zones     = ["australia-southeast2-a", "australia-southeast2-b", "australia-southeast2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-central2" {
  place     = "Warsaw"
  country   = "PL"
  zones     = ["europe-central2-a", "europe-central2-b", "europe-central2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-north1" {
  place     = "Hamina"
  country   = "FI"
  zones     = ["europe-north1-a", "europe-north1-b", "europe-north1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-southwest1" {
  place     = "Madrid"
  country   = "ES"
  zones     = ["europe-southwest1-a", "europe-southwest1-b", "europe-southwest1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west1" {
  place     = "St. Ghislain"
  country   = "BE"
  zones     = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west10" {
  place     = "Berlin"
  country   = "DE"
  zones     = ["europe-west10-a", "europe-west10-b", "europe-west10-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west12" {
  place     = "Turin"
  country   = "IT"
  zones     = ["europe-west12-a", "europe-west12-b", "europe-west12-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west2" {
  place     = "London"
  country   = "GB"
  zones     = ["europe-west2-a", "europe-west2-b", "europe-west2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west3" {
  place     = "Frankfurt"
  country   = "DE"
  zones     = ["europe-west3-a", "europe-west3-b", "europe-west3-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west4" {
  place     = "Eemshaven"
  country   = "NL"
  zones     = ["europe-west4-a", "europe-west4-b", "europe-west4-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west6" {
  place     = "Zurich"
  country   = "CH"
  zones     = ["europe-west6-a", "europe-west6-b", "europe-west6-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west8" {
  place     = "Milan"
  country   = "IT"
  zones     = ["europe-west8-a", "europe-west8-b", "europe-west8-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/europe-west9" {
  place     = "Paris"
  country   = "FR"
  zones     = ["europe-west9-a", "europe-west9-b", "europe-west9-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/me-central1" {
  place     = "Doha"
  country   = "QA"
  zones     = ["me-central1-a", "me-central1-b", "me-central1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/me-central2" {
  place     = "Dammam"
  country   = "SA"
  zones     = ["me-central2-a", "me-central2-b", "me-central2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/me-west1" {
  place     = "Tel Aviv"
  country   = "IL"
  zones     = ["me-west1-a", "me-west1-b", "me-west1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/northamerica-northeast1" {
  place     = "Montreal"
  country   = "CA"
  zones     = ["northamerica-northeast1-a", "northamerica-northeast1-b", "northamerica-northeast1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/northamerica-northeast2" {
  place     = "Toronto"
  country   = "CA"
  zones     = ["northamerica-northeast2-a", "northamerica-northeast2-b", "northamerica-northeast2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/southamerica-east1" {
  place     = "Sao Paulo"
  country   = "BR"
  zones     = ["southamerica-east1-a", "southamerica-east1-b", "southamerica-east1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/southamerica-west1" {
  place     = "Santiago"
  country   = "CL"
  zones     = ["southamerica-west1-a", "southamerica-west1-b", "southamerica-west1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-central1" {
  place     = "Iowa"
  country   = "US"
  zones     = ["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-east1" {
  place     = "South Carolina"
  country   = "US"
  zones     = ["us-east1-b", "us-east1-c", "us-east1-d"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-east4" {
  place     = "N. Virginia"
  country   = "US"
  zones     = ["us-east4-a", "us-east4-b", "us-east4-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-east5" {
  place     = "Columbus"
  country   = "US"
  zones     = ["us-east5-a", "us-east5-b", "us-east5-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-south1" {
  place     = "Dallas"
  country   = "US"
  zones     = ["us-south1-a", "us-south1-b", "us-south1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-west1" {
  place     = "Oregon"
  country   = "US"
  zones     = ["us-west1-a", "us-west1-b", "us-west1-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-west2" {
  place     = "Los Angeles"
  country   = "US"
  zones     = ["us-west2-a", "us-west2-b", "us-west2-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-west3" {
  place     = "Salt Lake City"
  country   = "US"
  zones     = ["us-west3-a", "us-west3-b", "us-west3-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-west4" {
  place     = "Las Vegas"
  country   = "US"
  zones     = ["us-west4-a", "us-west4-b", "us-west4-c"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}

region "google/us-central2" {
  place     = "Oklahoma (TPU only)"
  country   = "US"
  zones     = ["us-central2-b"]
  partition = "gcp"
  source    = "skypilot-catalog@2c3d7ea7 v9/gcp (zones); place names: general knowledge"
}
