fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

cloud "azure" {
  subscription = "6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00"
  regions      = ["eastus2"]
}

cloud "google" {
  project = "serving-prod"
  regions = ["us-east4"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
  azure = {
    id      = "/subscriptions/6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/serve/versions/1.4.0"
    ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGUtb25seS1ub3QtYS1rZXktMDAwMDAw fleet"
  }
  google = { family = "serving", project = "serving-images" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h100"
  image       = image.serving

  size {
    gpus = 1200
  }

  split {
    share "aws" {
      cloud  = cloud.aws
      target = "50%"
    }

    share "azure" {
      cloud  = cloud.azure
      target = "30%"
    }

    share "google" {
      cloud  = cloud.google
      target = "20%"
    }
  }
}
