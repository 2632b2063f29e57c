fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

owner "autoscaler" {
  of = ["pool.chat.primary.nodes.DesiredCapasity"]
}

owner "finance" {
  of = ["resource.corpus.Tags"]
}

image "serve" {
  aws = {
    ami = "ami-0f3c8e2d41b7a9650"
  }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serve

  size {
    nodes = 8
  }

  option "primary" {
    cloud = cloud.aws
  }
}

resource "AWS::S3::Bucket" "corpus" {
  body = {
    Tags = [{ Key = "Name", Value = "corpus" }]
  }
}

resource "AWS::EC2::SecurityGroup" "door" {
  body = {
    GroupDescription     = "https"
    SecurityGroupIngress = [{ IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.0.0.0/8" }]
  }
}
