fleet "serving" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-1", "us-east-2", "us-west-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

module "site" {
  source = "./site"

  for_each = {
    one = { region = "us-east-2", zone = "use2-az1", nodes = 2 }
    two = { region = "us-east-1", zone = "use1-az4", nodes = 4 }
  }

  site  = each.value
  image = image.serving
}
