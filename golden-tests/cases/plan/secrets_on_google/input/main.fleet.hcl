fleet "gemma" {
  language = 1
}

cloud "google" {
  project = "gemma-train"
  regions = ["us-central1"]
}

locals {
  start = <<-SH
    #!/bin/sh
    key=$(curl -sf -H 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/attributes/api-key)
    exec worker --key "$(gcloud secrets versions access "$key")"
  SH
}

resource "compute.googleapis.com/InstanceTemplate" "worker" {
  body = {
    properties = {
      machineType = "n2-standard-8"
      metadata = {
        items = [
          { key = "api-key", value = secret("google-secretmanager://gemma-train/api-key") },
          { key = "startup-script", value = local.start },
        ]
      }
      serviceAccounts = [{
        email  = "worker@gemma-train.iam.gserviceaccount.com"
        scopes = ["https://www.googleapis.com/auth/cloud-platform"]
      }]
    }
  }
}
