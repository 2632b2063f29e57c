"""Changes something behind Tonnage's back, as a person at the console would.

Called as `strangers_hand.py ENDPOINT REGION DEED [WORDS]`.
"""

import json
import sys

import boto3
from botocore.config import Config

endpoint, region, deed, *words = sys.argv[1:]
settings = Config(retries={"max_attempts": 3}, connect_timeout=5, read_timeout=20)


def client(service):
    return boto3.client(service, endpoint_url=endpoint, region_name=region, config=settings)


def retag_stack_resource(stack, kind, key, value):
    """Gives every resource of a kind in a stack one tag more, by an update of the stack."""
    formation = client("cloudformation")
    template = formation.get_template(StackName=stack)["TemplateBody"]
    template = json.loads(template) if isinstance(template, str) else template
    for resource in template["Resources"].values():
        if resource["Type"] == kind:
            resource["Properties"].setdefault("Tags", []).append({"Key": key, "Value": value})
    parameters = [
        {"ParameterKey": p["ParameterKey"], "UsePreviousValue": True}
        for p in formation.describe_stacks(StackName=stack)["Stacks"][0].get("Parameters", [])
    ]
    formation.update_stack(
        StackName=stack, TemplateBody=json.dumps(template), Parameters=parameters, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    formation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 20})


def retag_role(role, key, value):
    """Changes a role that a stack owns, past the stack."""
    client("iam").tag_role(RoleName=role, Tags=[{"Key": key, "Value": value}])


def take_profile_name(profile):
    """Makes an instance profile of a name."""
    client("iam").create_instance_profile(InstanceProfileName=profile)


def give_profile_name_back(profile):
    """Deletes it."""
    client("iam").delete_instance_profile(InstanceProfileName=profile)


def foreign_stack(name):
    """Makes a stack of that name that belongs to nobody we know."""
    template = {"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.99.0.0/16"}}}}
    formation = client("cloudformation")
    formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})


DEEDS = (retag_stack_resource, retag_role, take_profile_name, give_profile_name_back, foreign_stack)
{deed.__name__: deed for deed in DEEDS}[deed](*words)
