# AWS machine shapes without accelerators: the largest of each family. An attribute that is absent is not known, never zero.
# A pool of CPUs that names no shape gets the first that fits, and no other architecture than that of the first.

shape "c7i.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "384 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "m7i.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "768 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ca-central-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "r7i.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "1536 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ca-central-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "c8i.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "384 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 75
  offered_in    = ["af-south-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-5", "ca-central-1", "eu-central-1", "eu-north-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "m8i.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "768 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 75
  offered_in    = ["af-south-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "c7a.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "384 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["ap-northeast-1", "ap-southeast-1", "eu-central-1", "eu-north-1", "eu-south-2", "eu-west-1", "eu-west-2", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "m7a.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "768 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["ap-northeast-1", "ap-southeast-2", "eu-central-1", "eu-north-1", "eu-south-2", "eu-west-1", "eu-west-2", "us-east-1", "us-east-2", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "c6i.32xlarge" {
  cloud         = "aws"
  vcpus         = 128
  memory        = "256 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "m6i.32xlarge" {
  cloud         = "aws"
  vcpus         = 128
  memory        = "512 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "r6i.32xlarge" {
  cloud         = "aws"
  vcpus         = 128
  memory        = "1024 GiB"
  arch          = "x86_64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "c8g.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "384 GiB"
  arch          = "arm64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "m8g.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "768 GiB"
  arch          = "arm64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}

shape "r8g.48xlarge" {
  cloud         = "aws"
  vcpus         = 192
  memory        = "1536 GiB"
  arch          = "arm64"
  network_cards = 1
  network_gbps  = 50
  offered_in    = ["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "me-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
  purchase      = ["on-demand", "spot"]
  source        = "moto 5.2.5 (PyPI), moto/ec2/resources/instance_types.json.gz and instance_type_offerings/region"
  confidence    = "high"
}
