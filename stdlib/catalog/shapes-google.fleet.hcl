# Google Cloud machine shapes, facts of 2026-11-22. An attribute that is absent is not known, never zero.

shape "a2-highgpu-8g" {
  # no RDMA fabric: plain gVNIC networking
  cloud              = "google"
  accelerator        = "nvidia-a100-40gb"
  accelerators       = 8
  accelerator_memory = "40 GB"
  vcpus              = 96
  memory             = "680 GiB"
  arch               = "x86_64"
  network            = "gVNIC"
  network_gbps       = 100
  network_cards      = 1
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "3000 GB"
  purchase           = ["on-demand", "spot", "flex-start", "CUD", "reservation"]
  source             = "Google GPU machine types page copy; skypilot-catalog@2c3d7ea7 v9/gcp"
  confidence         = "high"

  offered_in = [
    "asia-northeast1-a",
    "asia-northeast1-c",
    "asia-northeast3-a",
    "asia-northeast3-b",
    "asia-southeast1-a",
    "asia-southeast1-b",
    "asia-southeast1-c",
    "europe-west4-a",
    "europe-west4-b",
    "me-west1-a",
    "me-west1-c",
    "us-central1-a",
    "us-central1-b",
    "us-central1-c",
    "us-central1-f",
    "us-east1-b",
    "us-west1-b",
    "us-west3-b",
    "us-west4-b",
  ]
}

shape "a2-ultragpu-8g" {
  # no RDMA fabric: plain gVNIC networking
  cloud              = "google"
  accelerator        = "nvidia-a100-80gb"
  accelerators       = 8
  accelerator_memory = "80 GB"
  vcpus              = 96
  memory             = "1360 GiB"
  arch               = "x86_64"
  network            = "gVNIC"
  network_gbps       = 100
  network_cards      = 1
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "3000 GB"
  purchase           = ["on-demand", "spot", "flex-start", "CUD", "reservation"]
  source             = "Google GPU machine types page copy; skypilot-catalog@2c3d7ea7 v9/gcp"
  confidence         = "high"

  offered_in = [
    "asia-southeast1-c",
    "europe-west4-a",
    "us-central1-a",
    "us-central1-c",
    "us-east4-c",
    "us-east5-a",
    "us-east5-b",
  ]
}

shape "a3-highgpu-8g" {
  # no RDMA fabric: GPUDirect-TCPX is not RDMA
  cloud              = "google"
  accelerator        = "nvidia-h100"
  accelerators       = 8
  accelerator_memory = "80 GB"
  vcpus              = 208
  memory             = "1872 GiB"
  arch               = "x86_64"
  network            = "GPUDirect-TCPX"
  network_devices    = 4
  network_gbps       = 1000
  network_cards      = 5
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "6000 GB"
  purchase           = ["on-demand", "spot", "flex-start", "CUD", "reservation", "future-reservation"]
  source             = "Google GPU machine types page copy; skypilot-catalog@2c3d7ea7 v9/gcp"
  confidence         = "high"

  offered_in = [
    "asia-east1-c",
    "asia-northeast1-b",
    "asia-south1-c",
    "asia-south2-b",
    "asia-southeast1-b",
    "asia-southeast1-c",
    "australia-southeast1-c",
    "europe-north1-c",
    "europe-west1-b",
    "europe-west1-c",
    "europe-west3-c",
    "europe-west4-b",
    "europe-west4-c",
    "europe-west9-c",
    "us-central1-a",
    "us-central1-b",
    "us-central1-c",
    "us-east4-a",
    "us-east4-b",
    "us-east4-c",
    "us-east5-a",
    "us-west1-a",
    "us-west1-b",
    "us-west4-a",
  ]
}

shape "a3-megagpu-8g" {
  # no RDMA fabric: GPUDirect-TCPXO is not RDMA
  cloud              = "google"
  accelerator        = "nvidia-h100"
  accelerators       = 8
  accelerator_memory = "80 GB"
  vcpus              = 208
  memory             = "1872 GiB"
  arch               = "x86_64"
  network            = "GPUDirect-TCPXO"
  network_devices    = 8
  network_gbps       = 1800
  network_cards      = 9
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "6000 GB"
  purchase           = ["on-demand", "spot", "flex-start", "CUD", "reservation", "future-reservation"]
  source             = "Google GPU machine types page copy; skypilot-catalog@2c3d7ea7 v9/gcp"
  confidence         = "high"

  offered_in = [
    "asia-east1-c",
    "asia-northeast1-b",
    "asia-southeast1-b",
    "asia-southeast1-c",
    "australia-southeast1-c",
    "europe-north1-c",
    "europe-west1-b",
    "europe-west1-c",
    "europe-west3-c",
    "europe-west4-b",
    "europe-west4-c",
    "us-central1-a",
    "us-central1-b",
    "us-central1-c",
    "us-east4-a",
    "us-east4-b",
    "us-east4-c",
    "us-east5-a",
    "us-west1-a",
    "us-west1-b",
    "us-west4-a",
  ]
}

shape "a3-ultragpu-8g" {
  # no plain on-demand create
  cloud              = "google"
  accelerator        = "nvidia-h200"
  accelerators       = 8
  accelerator_memory = "141 GB"
  vcpus              = 224
  memory             = "2952 GiB"
  arch               = "x86_64"
  fabric             = "RoCE GPUDirect-RDMA (MRDMA)"
  fabric_devices     = 8
  fabric_gbps        = 3600
  network_cards      = 10
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "12000 GB"
  purchase           = ["spot", "flex-start", "reservation-bound", "future-reservation", "calendar"]
  source             = "Google GPU machine types page copy; skypilot-catalog@2c3d7ea7 v9/gcp"
  confidence         = "high"

  offered_in = [
    "asia-south1-b",
    "asia-south2-c",
    "europe-west1-b",
    "europe-west4-a",
    "us-central1-b",
    "us-east4-b",
    "us-east5-a",
    "us-south1-b",
    "us-west1-c",
  ]
}

shape "a4-highgpu-8g" {
  # not sold on-demand; flex-start 8.055/GPU-h
  cloud              = "google"
  accelerator        = "nvidia-b200"
  accelerators       = 8
  accelerator_memory = "180 GB"
  vcpus              = 224
  memory             = "3968 GiB"
  arch               = "x86_64"
  fabric             = "RoCE GPUDirect-RDMA (MRDMA)"
  fabric_devices     = 8
  fabric_gbps        = 3600
  network_cards      = 10
  nvlink_domain_gpus = 8
  nvlink_scope       = "node"
  local_nvme         = "12000 GB"
  purchase           = ["spot", "flex-start", "reservation-bound", "future-reservation", "calendar"]
  source             = "Google GPU machine types page copy; skypilot-catalog@2c3d7ea7 v9/gcp"
  confidence         = "high"

  offered_in = [
    "asia-northeast1-b",
    "asia-southeast1-b",
    "europe-north1-b",
    "europe-north1-c",
    "europe-west4-b",
    "us-central1-b",
    "us-east1-b",
    "us-east4-b",
    "us-south1-b",
    "us-west2-c",
    "us-west3-b",
    "us-west3-c",
  ]
}

shape "a4x-highgpu-4g" {
  # where it is offered: not collected
  # no list price
  cloud              = "google"
  accelerator        = "nvidia-gb200"
  accelerators       = 4
  accelerator_memory = "186 GB"
  vcpus              = 140
  memory             = "884 GiB"
  arch               = "arm64"
  fabric             = "RoCE GPUDirect-RDMA (MRDMA)"
  fabric_devices     = 4
  fabric_gbps        = 2000
  network_cards      = 6
  nvlink_domain_gpus = 72
  nvlink_scope       = "subblock: 18 VMs (1x72)"
  local_nvme         = "12000 GB"
  purchase           = ["reservation-bound", "future-reservation"]
  source             = "Google GPU machine types page copy"
  confidence         = "high"
}

shape "a4x-maxgpu-4g-metal" {
  # 8 MRDMA interfaces on 6 physical cards; IPv6 only
  # where it is offered: seen in a public blueprint, surely not the whole list
  # no list price
  # 6 physical NICs, 8 MRDMA vNICs in the blueprint
  cloud              = "google"
  accelerator        = "nvidia-gb300"
  accelerators       = 4
  accelerator_memory = "279 GB"
  vcpus              = 144
  memory             = "960 GiB"
  arch               = "arm64"
  fabric             = "RoCE GPUDirect-RDMA (MRDMA)"
  fabric_devices     = 8
  fabric_gbps        = 3600
  network_cards      = 6
  nvlink_domain_gpus = 72
  nvlink_scope       = "subblock: 18 instances (1x72)"
  local_nvme         = "12000 GB"
  offered_in         = ["us-central1-b"]
  purchase           = ["reservation-bound", "future-reservation"]
  source             = "Google GPU machine types page copy"
  confidence         = "high"
}

shape "g2-standard-48" {
  # no RDMA fabric
  # where it is offered: most regions
  cloud              = "google"
  accelerator        = "nvidia-l4"
  accelerators       = 4
  accelerator_memory = "24 GB"
  vcpus              = 48
  memory             = "192 GiB"
  arch               = "x86_64"
  network_gbps       = 50
  network_cards      = 1
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe)"
  local_nvme         = "1500 GB"
  purchase           = ["on-demand", "spot", "CUD", "reservation"]
  source             = "Google GPU machine types page copy"
  confidence         = "high"
}

shape "g2-standard-96" {
  # no RDMA fabric
  # where it is offered: most regions
  cloud              = "google"
  accelerator        = "nvidia-l4"
  accelerators       = 8
  accelerator_memory = "24 GB"
  vcpus              = 96
  memory             = "384 GiB"
  arch               = "x86_64"
  network_gbps       = 100
  network_cards      = 1
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe)"
  local_nvme         = "3000 GB"
  purchase           = ["on-demand", "spot", "CUD", "reservation"]
  source             = "Google GPU machine types page copy"
  confidence         = "high"
}

shape "g4-standard-384" {
  # no RDMA fabric
  # where it is offered: not collected
  cloud              = "google"
  accelerator        = "nvidia-rtx-pro-6000"
  accelerators       = 8
  accelerator_memory = "96 GB"
  vcpus              = 384
  memory             = "1440 GiB"
  arch               = "x86_64"
  network_gbps       = 400
  network_cards      = 2
  nvlink_domain_gpus = 0
  nvlink_scope       = "none (PCIe P2P)"
  local_nvme         = "12000 GB"
  purchase           = ["on-demand", "spot", "flex-start", "CUD", "reservation"]
  source             = "Google GPU machine types page copy"
  confidence         = "high"
}

shape "tpu-v6e-8" {
  # no RDMA fabric: chips of a slice are joined by ICI
  # vCPU/mem of ct6e-standard-8t from memory
  cloud              = "google"
  accelerator        = "google-tpu-v6e"
  accelerators       = 8
  accelerator_memory = "32 GB"
  vcpus              = 180
  memory             = "1440 GiB"
  arch               = "x86_64"
  network            = "ICI"
  nvlink_scope       = "slice"
  local_nvme         = "0 GB"
  offered_in         = ["us-east5", "us-central1", "europe-west4", "asia-northeast1"]
  purchase           = ["on-demand", "spot", "flex-start", "reservation"]
  source             = "Google GPU machine types page copy"
  confidence         = "medium"
}
