# Accelerators: the models that pools ask for by name. Memory differs between clouds for one model: it stands with the shape.

accelerator "nvidia-a100-40gb" {
  title  = "NVIDIA A100 40 GB"
  vendor = "NVIDIA"
}

accelerator "nvidia-a100-80gb" {
  title  = "NVIDIA A100 80 GB"
  vendor = "NVIDIA"
}

accelerator "nvidia-h100" {
  title  = "NVIDIA H100 80 GB"
  vendor = "NVIDIA"
}

accelerator "nvidia-h200" {
  title  = "NVIDIA H200 141 GB"
  vendor = "NVIDIA"
}

accelerator "nvidia-b200" {
  title  = "NVIDIA B200"
  vendor = "NVIDIA"
}

accelerator "nvidia-b300" {
  title  = "NVIDIA B300"
  vendor = "NVIDIA"
}

accelerator "nvidia-gb200" {
  title  = "NVIDIA GB200"
  vendor = "NVIDIA"
}

accelerator "nvidia-a10g" {
  title  = "NVIDIA A10G"
  vendor = "NVIDIA"
}

accelerator "nvidia-l4" {
  title  = "NVIDIA L4"
  vendor = "NVIDIA"
}

accelerator "nvidia-l40s" {
  title  = "NVIDIA L40S"
  vendor = "NVIDIA"
}

accelerator "nvidia-rtx-pro-6000" {
  title  = "NVIDIA RTX PRO 6000 Server Edition"
  vendor = "NVIDIA"
}

accelerator "nvidia-rtx-pro-4500" {
  title  = "NVIDIA RTX PRO 4500"
  vendor = "NVIDIA"
}

accelerator "aws-trainium" {
  title  = "AWS Trainium"
  vendor = "AWS"
}

accelerator "aws-trainium2" {
  title  = "AWS Trainium2"
  vendor = "AWS"
}

accelerator "amd-mi300x" {
  title  = "AMD Instinct MI300X"
  vendor = "AMD"
}

accelerator "nvidia-gb300" {
  title  = "NVIDIA GB300"
  vendor = "NVIDIA"
}

accelerator "nvidia-h100-nvl" {
  title  = "NVIDIA H100 NVL 94 GB"
  vendor = "NVIDIA"
}

accelerator "google-tpu-v6e" {
  title  = "Google TPU v6e"
  vendor = "Google"
}
