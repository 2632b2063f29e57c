# Azure machine shapes, facts of 2026-11-22. An attribute that is absent is not known, never zero.
# `group_nodes`: InfiniBand needs a scale set with one placement group, of at most 100 machines (MicrosoftDocs placement-groups,
# 2026-05-19); of racks with 18 machines that is five, 90.

shape "Standard_ND96asr_v4" {
  # US regions only
  cloud              = "azure"
  accelerator        = "nvidia-a100-40gb"
  accelerators       = 8
  accelerator_memory = "40 GB"
  vcpus              = 96
  memory             = "900 GiB"
  arch               = "x86_64"
  fabric             = "InfiniBand"
  fabric_devices     = 8
  fabric_gbps        = 1600
  network_cards      = 8
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  group_nodes        = 100
  local_nvme         = "6400 GB"
  offered_in         = ["eastus", "southcentralus", "westus2"]
  purchase           = ["on-demand", "spot", "reserved"]
  source             = "skypilot-catalog@2c3d7ea7 v9 v7/azure fork; ndasra100v4-series"
  confidence         = "medium"
}

shape "Standard_ND96amsr_A100_v4" {
  cloud              = "azure"
  accelerator        = "nvidia-a100-80gb"
  accelerators       = 8
  accelerator_memory = "80 GB"
  vcpus              = 96
  memory             = "1900 GiB"
  arch               = "x86_64"
  fabric             = "InfiniBand"
  fabric_devices     = 8
  fabric_gbps        = 1600
  network_cards      = 8
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  group_nodes        = 100
  local_nvme         = "6400 GB"
  offered_in         = ["eastus", "eastus2", "southcentralus"]
  purchase           = ["on-demand", "spot", "reserved"]
  source             = "skypilot v7/azure fork; ndma100v4-series"
  confidence         = "medium"
}

shape "Standard_ND96isr_H100_v5" {
  # little spot capacity
  # front-end 80 Gbps
  cloud              = "azure"
  accelerator        = "nvidia-h100"
  accelerators       = 8
  accelerator_memory = "80 GB"
  vcpus              = 96
  memory             = "1900 GiB"
  arch               = "x86_64"
  fabric             = "InfiniBand"
  fabric_devices     = 8
  fabric_gbps        = 3200
  network_cards      = 8
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  group_nodes        = 100
  local_nvme         = "28672 GB"
  offered_in         = ["eastus", "eastus2", "westus"]
  purchase           = ["on-demand", "reserved-1y", "reserved-3y", "reserved-5y", "spot"]
  source             = "MicrosoftDocs/azure-compute-docs articles/virtual-machines/sizes/gpu-accelerated/ndh100v5-series.md"
  confidence         = "high"
}

shape "Standard_ND96isr_H200_v5" {
  # price single-source
  cloud              = "azure"
  accelerator        = "nvidia-h200"
  accelerators       = 8
  accelerator_memory = "141 GB"
  vcpus              = 96
  memory             = "1850 GiB"
  arch               = "x86_64"
  fabric             = "InfiniBand"
  fabric_devices     = 8
  fabric_gbps        = 3200
  network_cards      = 8
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  group_nodes        = 100
  local_nvme         = "28672 GB"
  offered_in         = ["eastus2", "westus3", "swedencentral"]
  purchase           = ["on-demand", "reserved"]
  source             = "MicrosoftDocs/azure-compute-docs articles/virtual-machines/sizes/gpu-accelerated/nd-h200-v5-series.md"
  confidence         = "high"
}

shape "Standard_ND96isr_MI300X_v5" {
  # price single-source
  cloud              = "azure"
  accelerator        = "amd-mi300x"
  accelerators       = 8
  accelerator_memory = "192 GB"
  vcpus              = 96
  memory             = "1850 GiB"
  arch               = "x86_64"
  fabric             = "InfiniBand"
  fabric_devices     = 8
  fabric_gbps        = 3200
  network_cards      = 8
  nvlink_domain_gpus = 8
  nvlink_scope       = "node (Infinity Fabric)"
  group_nodes        = 100
  local_nvme         = "28672 GB"
  offered_in         = ["eastus2", "westus3", "swedencentral"]
  purchase           = ["on-demand", "spot", "reserved"]
  source             = "MicrosoftDocs/azure-compute-docs articles/virtual-machines/sizes/gpu-accelerated/ndmi300xv5-series.md"
  confidence         = "high"
}

shape "Standard_ND128isr_NDR_GB200_v6" {
  # docs disagree 864 vs 900 GiB; 192 GB nameplate
  cloud              = "azure"
  accelerator        = "nvidia-gb200"
  accelerators       = 4
  accelerator_memory = "192 GB"
  vcpus              = 128
  memory             = "900 GiB"
  arch               = "arm64"
  fabric             = "InfiniBand"
  fabric_devices     = 4
  fabric_gbps        = 1600
  network_cards      = 1
  nvlink_domain_gpus = 72
  nvlink_scope       = "rack: 18 VMs (NVL72)"
  group_nodes        = 90
  local_nvme         = "16384 GB"
  offered_in         = ["eastus", "eastus2", "westus3"]
  purchase           = ["on-demand", "reserved", "interconnectBlocks"]
  source             = "MicrosoftDocs/azure-compute-docs articles/virtual-machines/sizes/gpu-accelerated/nd-gb200-v6-series.md"
  confidence         = "high"
}

shape "Standard_ND128isr_GB300_v6" {
  # where it is offered: seen in a public repository, surely not the whole list
  # no retail price seen
  # also ND128isrG5_GB300_v6
  cloud              = "azure"
  accelerator        = "nvidia-gb300"
  accelerators       = 4
  accelerator_memory = "288 GB"
  vcpus              = 128
  memory             = "864 GiB"
  arch               = "arm64"
  fabric             = "InfiniBand"
  fabric_devices     = 4
  fabric_gbps        = 3200
  network_cards      = 1
  nvlink_domain_gpus = 72
  nvlink_scope       = "rack: 18 VMs (NVL72)"
  group_nodes        = 90
  local_nvme         = "16384 GB"
  offered_in         = ["eastus2"]
  purchase           = ["private-offer", "interconnectBlocks"]
  source             = "MicrosoftDocs/azure-compute-docs articles/virtual-machines/sizes/gpu-accelerated/nd-gb300-v6-series.md 2026-08-12"
  confidence         = "high"
}

shape "Standard_NC24ads_A100_v4" {
  # no RDMA fabric
  cloud              = "azure"
  accelerator        = "nvidia-a100-80gb"
  accelerators       = 1
  accelerator_memory = "80 GB"
  vcpus              = 24
  memory             = "220 GiB"
  arch               = "x86_64"
  network_cards      = 2
  nvlink_domain_gpus = 1
  nvlink_scope       = "node pairs"
  local_nvme         = "960 GB"
  offered_in         = ["centralus", "eastus", "eastus2", "southcentralus", "westus", "westus2", "westus3"]
  purchase           = ["on-demand", "spot", "reserved", "capacity-reservation"]
  source             = "skypilot v7/azure fork; nca100v4-series"
  confidence         = "medium"
}

shape "Standard_NC48ads_A100_v4" {
  # no RDMA fabric
  cloud              = "azure"
  accelerator        = "nvidia-a100-80gb"
  accelerators       = 2
  accelerator_memory = "80 GB"
  vcpus              = 48
  memory             = "440 GiB"
  arch               = "x86_64"
  network_cards      = 4
  nvlink_domain_gpus = 2
  nvlink_scope       = "node pairs"
  local_nvme         = "1920 GB"
  offered_in         = ["centralus", "eastus", "eastus2", "southcentralus", "westus", "westus2", "westus3"]
  purchase           = ["on-demand", "spot", "reserved", "capacity-reservation"]
  source             = "skypilot v7/azure fork; nca100v4-series"
  confidence         = "medium"
}

shape "Standard_NC96ads_A100_v4" {
  # no RDMA fabric
  cloud              = "azure"
  accelerator        = "nvidia-a100-80gb"
  accelerators       = 4
  accelerator_memory = "80 GB"
  vcpus              = 96
  memory             = "880 GiB"
  arch               = "x86_64"
  network_cards      = 8
  nvlink_domain_gpus = 4
  nvlink_scope       = "node pairs"
  local_nvme         = "3840 GB"
  offered_in         = ["centralus", "eastus", "eastus2", "southcentralus", "westus", "westus2", "westus3"]
  purchase           = ["on-demand", "spot", "reserved", "capacity-reservation"]
  source             = "skypilot v7/azure fork; nca100v4-series"
  confidence         = "medium"
}

shape "Standard_NC40ads_H100_v5" {
  # no RDMA fabric
  cloud              = "azure"
  accelerator        = "nvidia-h100-nvl"
  accelerators       = 1
  accelerator_memory = "94 GB"
  vcpus              = 40
  memory             = "320 GiB"
  arch               = "x86_64"
  network_cards      = 2
  nvlink_domain_gpus = 1
  nvlink_scope       = "node"
  local_nvme         = "3576 GB"
  offered_in         = ["eastus", "eastus2", "southcentralus", "westus3", "centralus"]
  purchase           = ["on-demand", "reserved"]
  source             = "skypilot v7/azure fork; ncadsh100v5-series"
  confidence         = "medium"
}

shape "Standard_NC80adis_H100_v5" {
  # no RDMA fabric
  cloud              = "azure"
  accelerator        = "nvidia-h100-nvl"
  accelerators       = 2
  accelerator_memory = "94 GB"
  vcpus              = 80
  memory             = "640 GiB"
  arch               = "x86_64"
  network_cards      = 4
  nvlink_domain_gpus = 2
  nvlink_scope       = "node"
  local_nvme         = "7152 GB"
  offered_in         = ["eastus", "eastus2", "southcentralus", "westus3", "centralus"]
  purchase           = ["on-demand", "reserved"]
  source             = "skypilot v7/azure fork; ncadsh100v5-series"
  confidence         = "medium"
}
