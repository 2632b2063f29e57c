# AWS machine shapes, facts of 2026-11-22. An attribute that is absent is not known, never zero.
# The network interfaces of a node: card 0 device 0 is `primary_interface`; then one EFA-only interface for each of
# `efa_only_cards` (on card 0 at device 1, on the others at device 0).

shape "p4d.24xlarge" {
  cloud              = "aws"
  accelerator        = "nvidia-a100-40gb"
  accelerators       = 8
  accelerator_memory = "40 GB"
  vcpus              = 96
  memory             = "1152 GiB"
  arch               = "x86_64"
  fabric             = "EFA v1"
  fabric_devices     = 4
  fabric_gbps        = 400
  network_cards      = 4
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "8000 GB"
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"

  offered_in = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "us-east-1",
    "us-east-2",
    "us-west-2",
  ]
}

shape "p4de.24xlarge" {
  cloud              = "aws"
  accelerator        = "nvidia-a100-80gb"
  accelerators       = 8
  accelerator_memory = "80 GB"
  vcpus              = 96
  memory             = "1152 GiB"
  arch               = "x86_64"
  fabric             = "EFA v1"
  fabric_devices     = 4
  fabric_gbps        = 400
  network_cards      = 4
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "8000 GB"
  offered_in         = ["ap-northeast-1", "ap-southeast-1", "eu-central-1", "us-east-1", "us-west-2"]
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"
}

shape "p5.4xlarge" {
  cloud              = "aws"
  accelerator        = "nvidia-h100"
  accelerators       = 1
  accelerator_memory = "80 GB"
  vcpus              = 16
  memory             = "256 GiB"
  arch               = "x86_64"
  fabric             = "EFA v2"
  fabric_devices     = 1
  fabric_gbps        = 100
  network_cards      = 1
  primary_interface  = "efa"
  efa_only_cards     = []
  interfaces_source  = "EC2 User Guide, Elastic Fabric Adapter: EFA with ENA as the primary interface"
  nvlink_domain_gpus = 1
  nvlink_scope       = "node"
  local_nvme         = "3800 GB"
  purchase           = ["on-demand", "spot", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"

  offered_in = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "eu-west-2",
    "us-east-1",
    "us-east-2",
    "us-west-2",
  ]
}

shape "p5.48xlarge" {
  cloud              = "aws"
  accelerator        = "nvidia-h100"
  accelerators       = 8
  accelerator_memory = "80 GB"
  vcpus              = 192
  memory             = "2048 GiB"
  arch               = "x86_64"
  fabric             = "EFA v2"
  fabric_devices     = 32
  fabric_gbps        = 3200
  network_cards      = 32
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "30400 GB"
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"

  offered_in = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ca-central-1",
    "eu-north-1",
    "eu-west-2",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "use1-atl2-az1",
  ]
}

shape "p5e.48xlarge" {
  # no on-demand list price
  cloud              = "aws"
  accelerator        = "nvidia-h200"
  accelerators       = 8
  accelerator_memory = "141 GB"
  vcpus              = 192
  memory             = "2048 GiB"
  arch               = "x86_64"
  fabric             = "EFA v2"
  fabric_devices     = 32
  fabric_gbps        = 3200
  network_cards      = 32
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "30400 GB"
  offered_in         = ["ap-southeast-2", "ap-southeast-3", "eu-north-1", "eu-west-2", "us-east-2", "us-west-2"]
  purchase           = ["spot", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"
}

shape "p5en.48xlarge" {
  cloud              = "aws"
  accelerator        = "nvidia-h200"
  accelerators       = 8
  accelerator_memory = "141 GB"
  vcpus              = 192
  memory             = "2048 GiB"
  arch               = "x86_64"
  fabric             = "EFA v3"
  fabric_devices     = 16
  fabric_gbps        = 3200
  network_cards      = 16
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "30400 GB"
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"

  offered_in = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-3",
    "eu-north-1",
    "eu-south-2",
    "me-central-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "use1-atl2-az1",
  ]
}

shape "p6-b200.48xlarge" {
  cloud              = "aws"
  accelerator        = "nvidia-b200"
  accelerators       = 8
  accelerator_memory = "179 GB"
  vcpus              = 192
  memory             = "2048 GiB"
  arch               = "x86_64"
  fabric             = "EFA v4"
  fabric_devices     = 8
  fabric_gbps        = 3200
  network_cards      = 8
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "30400 GB"
  offered_in         = ["us-east-1", "us-east-2", "us-west-2", "use1-atl2-az1"]
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"
}

shape "p6-b300.48xlarge" {
  # card 0 carries no EFA: 17 cards, 16 EFA devices
  cloud              = "aws"
  accelerator        = "nvidia-b300"
  accelerators       = 8
  accelerator_memory = "268 GB"
  vcpus              = 192
  memory             = "4096 GiB"
  arch               = "x86_64"
  fabric             = "EFA v4"
  fabric_devices     = 16
  fabric_gbps        = 6400
  network_cards      = 17
  primary_interface  = "interface"
  efa_only_cards     = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "30400 GB"
  offered_in         = ["us-west-2", "us-east-1"]
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes); skypilot-catalog@2c3d7ea7 v9"
  confidence         = "high"
}

shape "p6e-gb200.36xlarge" {
  # 4 EFA-only interfaces as in the lower of the two quoted device counts
  # offered in the Dallas local zone us-east-1-dfw-2a only (zone id use1-dfw2-az1)
  # capacity block only: 761.904 USD/h per x72 (10.582 per GPU)
  # 400 Gbps per EFA; device count per instance quoted as 4 or 8 by different sources (28.8 Tbps / 18 = 1.6 Tbps)
  cloud              = "aws"
  accelerator        = "nvidia-gb200"
  accelerators       = 4
  accelerator_memory = "185 GB"
  vcpus              = 144
  memory             = "960 GiB"
  arch               = "arm64"
  fabric             = "EFA v4"
  fabric_devices     = 4
  fabric_gbps        = 1600
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 72
  nvlink_scope       = "UltraServer u-p6e-gb200x72 (18 instances; x36 = 9)"
  local_nvme         = "22500 GB"
  offered_in         = ["use1-dfw2-az1"]
  purchase           = ["capacity-block", "training-plan"]
  source             = "awsome-distributed-training p6e-gb200 reference; instance anatomy note 2026-10-03; EC2 User Guide Capacity Blocks"
  confidence         = "medium"
}

shape "g5.48xlarge" {
  # where it is offered: not collected (g-family rows not read)
  cloud              = "aws"
  accelerator        = "nvidia-a10g"
  accelerators       = 8
  accelerator_memory = "24 GB"
  vcpus              = 192
  memory             = "768 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 1
  fabric_gbps        = 100
  network_cards      = 1
  primary_interface  = "efa"
  efa_only_cards     = []
  interfaces_source  = "EC2 User Guide, Elastic Fabric Adapter: EFA with ENA as the primary interface"
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe)"
  local_nvme         = "7600 GB"
  purchase           = ["on-demand", "spot", "ODCR"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "g6.48xlarge" {
  # where it is offered: not collected (g-family rows not read)
  cloud              = "aws"
  accelerator        = "nvidia-l4"
  accelerators       = 8
  accelerator_memory = "24 GB"
  vcpus              = 192
  memory             = "768 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 1
  fabric_gbps        = 100
  network_cards      = 1
  primary_interface  = "efa"
  efa_only_cards     = []
  interfaces_source  = "EC2 User Guide, Elastic Fabric Adapter: EFA with ENA as the primary interface"
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe)"
  local_nvme         = "7520 GB"
  purchase           = ["on-demand", "spot", "ODCR"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "g6e.48xlarge" {
  # one interface of type efa on card 0: the other three cards stay unused
  # where it is offered: not collected (g-family rows not read)
  cloud              = "aws"
  accelerator        = "nvidia-l40s"
  accelerators       = 8
  accelerator_memory = "48 GB"
  vcpus              = 192
  memory             = "1536 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 4
  fabric_gbps        = 400
  network_cards      = 4
  primary_interface  = "efa"
  efa_only_cards     = []
  interfaces_source  = "EC2 User Guide, Elastic Fabric Adapter: EFA with ENA as the primary interface"
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe)"
  local_nvme         = "7600 GB"
  purchase           = ["on-demand", "spot", "ODCR"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "g7e.48xlarge" {
  # where it is offered: not collected (g-family rows not read)
  cloud              = "aws"
  accelerator        = "nvidia-rtx-pro-6000"
  accelerators       = 8
  accelerator_memory = "96 GB"
  vcpus              = 192
  memory             = "2048 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 4
  fabric_gbps        = 1600
  network_cards      = 4
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe)"
  local_nvme         = "15200 GB"
  purchase           = ["on-demand", "spot", "ODCR"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "g7.48xlarge" {
  # where it is offered: not collected (g-family rows not read)
  cloud              = "aws"
  accelerator        = "nvidia-rtx-pro-4500"
  accelerators       = 8
  accelerator_memory = "32 GB"
  vcpus              = 192
  memory             = "768 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 2
  fabric_gbps        = 700
  network_cards      = 2
  primary_interface  = "interface"
  efa_only_cards     = [0, 1]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe)"
  local_nvme         = "7600 GB"
  purchase           = ["on-demand", "spot", "ODCR"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "trn1.32xlarge" {
  # where it is offered: not collected
  cloud              = "aws"
  accelerator        = "aws-trainium"
  accelerators       = 16
  accelerator_memory = "32 GB"
  vcpus              = 128
  memory             = "512 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 8
  fabric_gbps        = 800
  network_cards      = 8
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 16
  nvlink_scope       = "node (NeuronLink)"
  local_nvme         = "7600 GB"
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "trn1n.32xlarge" {
  # where it is offered: not collected
  cloud              = "aws"
  accelerator        = "aws-trainium"
  accelerators       = 16
  accelerator_memory = "32 GB"
  vcpus              = 128
  memory             = "512 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 16
  fabric_gbps        = 1600
  network_cards      = 16
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 16
  nvlink_scope       = "node (NeuronLink)"
  local_nvme         = "7600 GB"
  purchase           = ["on-demand", "spot", "ODCR", "capacity-block"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "trn2.48xlarge" {
  # where it is offered: not collected
  # no list price
  cloud              = "aws"
  accelerator        = "aws-trainium2"
  accelerators       = 16
  accelerator_memory = "96 GB"
  vcpus              = 192
  memory             = "2048 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 16
  fabric_gbps        = 3200
  network_cards      = 16
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 16
  nvlink_scope       = "node (NeuronLink)"
  local_nvme         = "7600 GB"
  purchase           = ["capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "high"
}

shape "trn2u.48xlarge" {
  # where it is offered: not collected
  # no list price
  # name in botocore 1.44.5; sizes as trn2.48xlarge
  cloud              = "aws"
  accelerator        = "aws-trainium2"
  accelerators       = 16
  accelerator_memory = "96 GB"
  vcpus              = 192
  memory             = "2048 GiB"
  arch               = "x86_64"
  fabric             = "EFA"
  fabric_devices     = 16
  fabric_gbps        = 3200
  network_cards      = 16
  primary_interface  = "interface"
  efa_only_cards     = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  interfaces_source  = "EC2 User Guide, Maximize network bandwidth on instances with multiple network cards"
  nvlink_domain_gpus = 64
  nvlink_scope       = "NeuronLink; trn2u = 4-instance UltraServer"
  local_nvme         = "7600 GB"
  purchase           = ["capacity-block", "training-plan"]
  source             = "karpenter-provider-aws@1d927085 website/content/en/docs/reference/instance-types.md + zz_generated.vpclimits.go (DescribeInstanceTypes)"
  confidence         = "medium"
}
