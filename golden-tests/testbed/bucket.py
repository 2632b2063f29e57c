"""What lies in a bucket of S3, by a client that is not ours.

Called as `bucket.py ENDPOINT REGION DEED BUCKET [KEY TEXT]`: `make` it, `read` all of it as JSON (by key, what it holds), or
`write` an object.
"""

import json
import sys

import boto3

endpoint, region, deed, bucket, *words = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name=region)

if deed == "make":
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
elif deed == "write":
    key, text = words
    s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
elif deed == "read":
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    print(json.dumps({key: json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in keys}))
else:
    sys.exit(f"no deed {deed}")
