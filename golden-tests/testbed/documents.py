"""Checks documents for Azure and Google Cloud against the models of Microsoft's SDK and Google's discovery document: every
property is one of its model's and of its type, everything that must be given is there.

usage: documents.py FOLDER TYPES    FOLDER has *.json; TYPES is stdlib/schema/azure.txt, which says the model of each type.
Prints one finding on a line: `FILE: PATH: WHAT`.
"""

import importlib
import json
import pathlib
import re
import sys
import typing
from importlib import resources

COMPUTE = json.loads((resources.files("googleapiclient.discovery_cache.documents") / "compute.v1.json").read_text())
# Parts of a resource that are ARM's, not its model's.
ARM = {"type", "apiVersion", "name", "dependsOn", "metadata"}
VAULT = r"/subscriptions/[\w-]+/resourceGroups/[\w.()-]+/providers/Microsoft\.KeyVault/vaults/[\w-]+"


class Azure:
    def __init__(self, types):
        rows = [line.split() for line in pathlib.Path(types).read_text().splitlines() if line.startswith("type ")]
        self.models = {kind: (package, model) for _, kind, package, model in rows}

    def check(self, deployment, say):
        template = deployment["template"]
        if deployment["mode"] != "Incremental":
            say("mode", "what the template does not name would be deleted")
        self.parameters(template, deployment["parameters"], say)
        known = {(r["type"], r["name"]) for r in template["resources"]}
        if len(known) != len(template["resources"]):
            say("resources", "two have one name")
        for resource in template["resources"]:
            body = {key: value for key, value in resource.items() if key not in ARM}
            at = resource["metadata"]["tonnage"]["address"]
            self.fits(*self.models[resource["type"]], body, at, say)
            if len(resource["name"].split("/")) != resource["type"].count("/") and not resource["name"].startswith("["):
                say(at, "has a name of another length than its type")
            for waited in resource.get("dependsOn", []):
                if not re.fullmatch(r"\[resourceId\('[\w./]+'(, .+)+\)\]", waited):
                    say(at, f"waits for {waited}")

    def fits(self, package, name, body, at, say):
        module = importlib.import_module(f"azure.mgmt.{package}.models")
        names = dict(vars(sys.modules[module.__name__ + "._models"]), _models=module)
        model = getattr(module, name)
        if not isinstance(model(body), model):
            say(at, "is not read")
        self.model(model, body, names, at, say)

    def parameters(self, template, given, say):
        """Of a deployment's parameters, those that Azure reads from a key vault; the others come with a value."""
        declared = template["parameters"]
        for name in set(re.findall(r"parameters\('(\w+)'\)", json.dumps(template))) - set(declared):
            say(name, "is no parameter")
        for name, parameter in given.items():
            if declared.get(name) != {"type": "securestring"}:
                say(name, f"is given a secret and is {declared.get(name)}")
            if list(parameter) != ["reference"]:
                say(name, f"is given more than a reference: {list(parameter)}")
            self.fits("resource.deployments", "DeploymentParameter", parameter, name, say)
            if not re.fullmatch(VAULT, parameter["reference"]["keyVault"]["id"]):
                say(name, "has no vault by its resource id")

    def model(self, model, value, names, at, say):
        model.__new__(model)
        fields = {field._rest_name: (attribute, field) for attribute, field in model._attr_to_rest_field.items()}
        hints = {}
        for part in reversed(model.__mro__):
            hints |= part.__dict__.get("__annotations__", {})
        for key, inner in value.items():
            if key not in fields:
                say(f"{at}.{key}", f"{model.__name__} has no such property")
                continue
            attribute, field = fields[key]
            if field._visibility == ["read"]:
                say(f"{at}.{key}", "is read-only")
            hint = hints[attribute]
            self.value(eval(hint, names) if isinstance(hint, str) else hint, inner, names, f"{at}.{key}", say)
        for key, (attribute, field) in fields.items():
            hint = hints.get(attribute)
            hint = eval(hint, names) if isinstance(hint, str) else hint
            must = type(None) not in typing.get_args(hint) and field._visibility != ["read"]
            if must and key not in value and key != "name":
                say(at, f"lacks {key}")

    def value(self, hint, value, names, at, say):
        if isinstance(hint, (str, typing.ForwardRef)):
            hint = eval(getattr(hint, "__forward_arg__", hint), names)
        if hint is typing.Any:
            return None
        arguments = typing.get_args(hint)
        if typing.get_origin(hint) is typing.Union:
            choices = [a for a in arguments if a is not type(None)]
            return self.value(choices[-1] if str in choices else choices[0], value, names, at, say)
        if isinstance(value, str) and value.startswith("[") and not value.startswith("[["):
            return None  # an expression, of any type
        if typing.get_origin(hint) is list and isinstance(value, list):
            for index, item in enumerate(value):
                self.value(arguments[0], item, names, f"{at}[{index}]", say)
        elif typing.get_origin(hint) is dict and isinstance(value, dict):
            for key, item in value.items():
                self.value(arguments[1], item, names, f"{at}.{key}", say)
        elif hasattr(hint, "__members__"):
            if str(value).lower() not in {str(m.value).lower() for m in hint}:
                say(at, f"{value!r} is none of {[m.value for m in hint]}")
        elif hint in (str, int, float, bool):
            fits = {float: (int, float), int: int, str: str, bool: bool}[hint]
            if not isinstance(value, fits) or (hint in (int, float) and isinstance(value, bool)):
                say(at, f"{value!r} is no {hint.__name__}")
        elif isinstance(value, dict) and isinstance(hint, type):
            self.model(hint, value, names, at, say)
        else:
            say(at, f"{value!r} is no {hint}")


class Google:
    def check(self, batch, say):
        inserts = {m["insert"]["path"]: m["insert"] for m in (r["methods"] for r in COMPUTE["resources"].values()) if "insert" in m}
        done = set()
        for request in batch["requests"]:
            at = request["tonnage"]["address"]
            shape = re.sub(r"(zones|regions)/([\w-]+)", lambda m: f"{m[1]}/{{{m[1][:-1]}}}", request["path"])
            method = inserts.get(shape)
            if method is None or method["httpMethod"] != request["method"]:
                say(at, f"no method makes {request['path']}")
                continue
            schema = method["request"]["$ref"]
            self.value({"$ref": schema}, request["body"], at, say)
            for key, node in COMPUTE["schemas"][schema]["properties"].items():
                must = method["id"] in node.get("annotations", {}).get("required", [])
                if must and key not in request["body"]:
                    say(at, f"lacks {key}")
            name = request["body"]["name"]
            if not re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", name if isinstance(name, str) else name["$name"]):
                say(at, f"Compute takes no name {name}")
            for other in re.findall(r'"\$of": "(\w+)"', json.dumps(request["body"])):
                if other not in done:
                    say(at, f"takes a value of {other}, which was not asked for before")
            done.add(request["local"])

    def value(self, node, value, at, say):
        if isinstance(value, dict) and any(key.startswith("$") for key in value):
            return  # put in when it is sent
        node = COMPUTE["schemas"][node["$ref"]] if "$ref" in node else node
        kind = node["type"]
        if kind == "object" and isinstance(value, dict):
            known = node.get("properties", {})
            for key, inner in value.items():
                if key in known:
                    if known[key].get("readOnly"):
                        say(f"{at}.{key}", "is read-only")
                    self.value(known[key], inner, f"{at}.{key}", say)
                elif "additionalProperties" in node:
                    self.value(node["additionalProperties"], inner, f"{at}.{key}", say)
                else:
                    say(f"{at}.{key}", f"{node.get('id')} has no such property")
        elif kind == "array" and isinstance(value, list):
            for index, item in enumerate(value):
                self.value(node["items"], item, f"{at}[{index}]", say)
        elif "enum" in node:
            if value not in node["enum"]:
                say(at, f"{value!r} is none of {node['enum']}")
        else:
            # Numbers of 64 bits are text that holds a number, and a number is taken as well.
            wide = kind == "string" and "int" in node.get("format", "")
            fits = {"string": (str, int) if wide else str, "integer": int, "number": (int, float), "boolean": bool}.get(kind)
            if fits is None or not isinstance(value, fits) or (kind != "boolean" and isinstance(value, bool)):
                say(at, f"{value!r} is no {kind}")


def main():
    folder, types = sys.argv[1:]
    checks = {"azure": Azure(types), "google": Google()}
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        document = json.loads(file.read_text())
        cloud = "azure" if "template" in document else "google"
        checks[cloud].check(document, lambda at, what, file=file: print(f"{file.name}: {at}: {what}"))


main()
