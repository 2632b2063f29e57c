# head
a   "b"  c{
x=1 # one
  long_name = [ 1,2 , 3 ]



     # before y
  y = <<-EOT
      text ${ f(x) }
        %{ if a ~}
        more
        %{ endif ~}
      EOT
  /* z */ z = c ?-1 : !d
  inner{ k = "v${ {a=1}.a }w" }
  list=[
  {
  a=1
  bcd = "é", # last
  },{
  q=f(a,
  b...)
  }
  ]
}
e = {for k,v in m: k=>v... if v!=null}

g { }
h = a.*.b [0]. c
