fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::S3::Bucket" "data" {}

resource "AWS::EC2::LaunchTemplate" "node" {
  body = {
    LaunchTemplateData = {
      ImageId      = "ami-0f3c8e2d41b7a9650"
      InstanceType = "p5en.48xlarge"
      UserData     = <<-EOT
        #!/bin/sh
        set -e
        aws s3 sync s3://${resource.data.ref}/weights /opt/weights --no-progress --only-show-errors --exclude "*.tmp"
        systemctl start train
      EOT
    }
  }
}

resource "AWS::SSM::Parameter" "motd" {
  body = {
    Name        = "motd"
    Type        = "String"
    Description = "first line\nsecond line"
    Value       = "Welcome.\nThis machine trains.\n"
  }
}

policy "calm" {
  level = "warn"

  assert {
    condition = plan.gpus_stopped > 0
    message   = <<-EOT
      Nothing is replaced here:
      that is meant
      to be so.
    EOT
  }
}
