fleet   "golden"   {
language=1 # the edition
}


cloud "aws" { 
      regions=["us-east-2"]
   account     =   "111122223333"   # ours
}
locals {
# about the text
text = <<-EOT
   kept   as  it = is
  EOT
   list=[1,
 2]
}
