fleet "golden" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

resource "AWS::IAM::Role" "reader" {
  body = {
    MaxSessionDuration = 3600
    AssumeRolePolicyDocument = {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Principal = { Service = ["ec2.amazonaws.com", "ssm.amazonaws.com"] }
        Action    = "sts:AssumeRole"
      }]
    }
  }
}

resource "AWS::IAM::ManagedPolicy" "read" {
  body = {
    PolicyDocument = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:ListBucket"], Resource = "*" }]
    })
    Roles = [resource.reader.ref]
  }
}
