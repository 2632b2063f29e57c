"""What a service really holds, read through its own API and never through Tonnage: one JSON object on standard output.

Called as `read_back.py ENDPOINT REGION`.
"""

import json
import sys

import boto3
from botocore.config import Config

endpoint, region = sys.argv[1:]
settings = Config(retries={"max_attempts": 3}, connect_timeout=5, read_timeout=20)


def client(service):
    return boto3.client(service, endpoint_url=endpoint, region_name=region, config=settings)


def tags(found):
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}


ec2, scaling, formation, iam = client("ec2"), client("autoscaling"), client("cloudformation"), client("iam")

stacks = []
for page in formation.get_paginator("list_stacks").paginate():
    stacks += page["StackSummaries"]

print(json.dumps({
    "vpcs": [
        {"id": v["VpcId"], "cidr": v["CidrBlock"], "tags": tags(v)}
        for v in ec2.describe_vpcs()["Vpcs"] if not v.get("IsDefault")
    ],
    "subnets": [
        {"id": s["SubnetId"], "vpc": s["VpcId"], "cidr": s["CidrBlock"], "zone": s["AvailabilityZone"], "tags": tags(s)}
        for s in ec2.describe_subnets()["Subnets"] if not s.get("DefaultForAz")
    ],
    "route_tables": [
        {
            "id": r["RouteTableId"],
            "vpc": r["VpcId"],
            "subnets": [a["SubnetId"] for a in r.get("Associations", []) if a.get("SubnetId")],
        }
        for r in ec2.describe_route_tables()["RouteTables"]
    ],
    "security_groups": [
        {"id": g["GroupId"], "vpc": g.get("VpcId")}
        for g in ec2.describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"
    ],
    "launch_templates": [
        {
            "id": t["LaunchTemplateId"],
            "versions": [
                {"number": v["VersionNumber"], "data": v["LaunchTemplateData"]}
                for v in ec2.describe_launch_template_versions(LaunchTemplateId=t["LaunchTemplateId"])["LaunchTemplateVersions"]
            ],
        }
        for t in ec2.describe_launch_templates()["LaunchTemplates"]
    ],
    "groups": [
        {
            "name": g["AutoScalingGroupName"],
            "min": g["MinSize"],
            "max": g["MaxSize"],
            "desired": g["DesiredCapacity"],
            "subnets": [s for s in g.get("VPCZoneIdentifier", "").split(",") if s],
            "template": g.get("LaunchTemplate", {}),
            "tags": tags(g),
        }
        for g in scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    ],
    "roles": [
        {"name": r["RoleName"], "tags": tags(iam.list_role_tags(RoleName=r["RoleName"]))} for r in iam.list_roles()["Roles"]
    ],
    "stacks": {s["StackName"]: s["StackStatus"] for s in stacks if s["StackStatus"] != "DELETE_COMPLETE"},
    "questions": [
        c["ChangeSetName"]
        for s in stacks if s["StackStatus"] != "DELETE_COMPLETE"
        for c in formation.list_change_sets(StackName=s["StackName"])["Summaries"]
        if c["ChangeSetName"].startswith("tonnage-verify-")
    ],
}, default=str))
