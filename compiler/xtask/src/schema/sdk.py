"""Facts about Azure's and Google Cloud's resource types, out of their Python SDKs: each type in the form of a
CloudFormation registry schema, so that one room makes all clouds compact. Must not name a type: the lists beside
stdlib/schema's results do.

Azure: azure-mgmt-* models as they are compiled from TypeSpec. What the body of a PUT has and that of a PATCH has not
can be set at creation only, and so can what the model says of itself. Google Cloud: google-api-python-client's
discovery documents. A resource without `patch` and `update` never changes.

usage: sdk.py azure|google LIST
"""

import importlib
import inspect
import json
import re
import sys
import types
import typing
from importlib import metadata, resources


def lines(path):
    """`type NAME …`, `fixed NAME PATH …` and so on, comments left out."""
    rows = {}
    for line in open(path, encoding="utf-8"):
        word, *rest = line.split("#")[0].split() or [""]
        rows.setdefault(word, []).append(rest)
    named = {word: {} for word in ("fixed", "sometimes", "changes", "set", "moving")}
    for word, facts in named.items():
        for name, *paths in rows.get(word, []):
            facts.setdefault(name, []).extend(paths)
    return rows.get("type", []), named


def pointers(paths):
    return ["/properties/" + path for path in dict.fromkeys(paths)]


def as_sets(schema, paths):
    """Marks lists whose order means nothing: properties of the type itself, and `DEFINITION.property`."""
    for path in paths:
        owner, _, name = path.rpartition(".")
        place = schema["definitions"][owner] if owner else schema
        place["properties"][name]["insertionOrder"] = False


class Azure:
    def __init__(self, package):
        self.models = importlib.import_module(f"azure.mgmt.{package}.models")
        self.rooms = vars(sys.modules[f"azure.mgmt.{package}.models._models"])
        operations = importlib.import_module(f"azure.mgmt.{package}.operations._operations")
        self.operations = inspect.getsource(operations)
        self.definitions = {}

    def version(self, kind):
        """The API version with which this SDK makes a resource of the kind."""
        last = kind.split("/")[-1]
        namespace, *words = kind.split("/")
        url = f"/providers/{namespace}" + "".join(rf"/{word}/\{{\w+\}}" for word in words) + '"'
        for block in re.split(r"\ndef build_", self.operations):
            head = block.split("(", 1)[0]
            if "create_or_update" in head and re.search(url, block):
                return re.search(r'"api-version", "([\d-]+(?:-preview)?)"', block)[1]
        raise SystemExit(f"{kind}: no operation makes a `{last}`")

    def fields(self, model):
        """Property, its field, its type and whether it must be given."""
        model.__new__(model)  # a model learns its fields when it is first made
        found = {}
        for part in reversed(model.__mro__):
            hints = part.__dict__.get("__annotations__", {})
            for attribute, hint in hints.items():
                if attribute in model._attr_to_rest_field:
                    field = model._attr_to_rest_field[attribute]
                    hint = eval(hint, dict(self.rooms, _models=self.models)) if isinstance(hint, str) else hint
                    found[field._rest_name] = (field, hint)
        return found

    def form(self, hint):
        """A Python type as a schema."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if isinstance(hint, typing.ForwardRef):
            hint = eval(hint.__forward_arg__, dict(self.rooms, _models=self.models))
            return self.form(hint)
        if isinstance(hint, str):
            return self.form(eval(hint, dict(self.rooms, _models=self.models)))
        if origin in (typing.Union, types.UnionType):
            kinds = [self.form(a) for a in arguments if a is not type(None)]
            return next((k for k in kinds if "enumCaseInsensitive" in k), kinds[0])
        if origin is list:
            return {"type": "array", "insertionOrder": True, "items": self.form(arguments[0])}
        if origin is dict:
            return {"type": "object", "patternProperties": {".*": self.form(arguments[1])}}
        simple = {str: "string", int: "integer", float: "number", bool: "boolean"}
        if hint in simple:
            return {"type": simple[hint]}
        if inspect.isclass(hint) and hasattr(hint, "__members__"):
            return {"type": "string", "enumCaseInsensitive": sorted(m.value for m in hint)}
        if inspect.isclass(hint) and issubclass(hint, self.rooms["_Model"]):
            self.define(hint)
            return {"$ref": "#/definitions/" + hint.__name__}
        return {"type": ["string"]} if hint is not typing.Any else {}

    def define(self, model):
        if model.__name__ in self.definitions:
            return
        self.definitions[model.__name__] = {}
        facts = {"type": "object", "properties": {}, "required": []}
        for name, (field, hint) in self.fields(model).items():
            if field._visibility == ["read"]:
                continue
            facts["properties"][name] = self.form(hint)
            if type(None) not in typing.get_args(hint):
                facts["required"].append(name)
        self.definitions[model.__name__] = facts

    def model(self, hint):
        """The one model that a property holds."""
        for argument in typing.get_args(hint) or (hint,):
            if isinstance(argument, (typing.ForwardRef, str)):
                text = getattr(argument, "__forward_arg__", argument)
                argument = eval(text, dict(self.rooms, _models=self.models))
            if inspect.isclass(argument) and issubclass(argument, self.rooms["_Model"]):
                return argument
        return None

    def put_only(self, put, patch, at=""):
        """Paths that a PUT may carry and a PATCH may not."""
        updates = self.fields(patch)
        for name, (field, hint) in self.fields(put).items():
            if field._visibility == ["read"]:
                continue
            if name not in updates or "update" not in (field._visibility or ["update"]):
                yield at + name
                continue
            inner, other = self.model(hint), self.model(updates[name][1])
            if inner and other and inner is not other and typing.get_origin(hint) is not list:
                yield from self.put_only(inner, other, at + name + "/")

    def resource(self, kind, name, named):
        model = getattr(self.models, name)
        self.definitions = {}
        self.define(model)
        schema = dict(self.definitions.pop(name), definitions=self.definitions)
        fields = self.fields(model).items()
        read_only = [n for n, (field, _) in fields if (field._visibility == ["read"] or n == "id") and n != "name"]
        for place in read_only:
            schema["properties"][place] = {"type": "string"}
        inner = self.model(self.fields(model)["properties"][1]) if "properties" in self.fields(model) else None
        if inner:
            for place, (field, hint) in self.fields(inner).items():
                if field._visibility == ["read"]:
                    self.definitions[inner.__name__]["properties"][place] = self.form(hint)
                    read_only.append("properties/" + place)
        schema["properties"]["name"] = {"type": "string"}
        fixed = ["name", *named["fixed"].get(kind, [])]
        if "location" in schema["properties"]:
            fixed.append("location")
        update = getattr(self.models, name + "Update", None)
        if update:
            fixed += self.put_only(model, update)
        if kind.count("/") > 1:
            schema["properties"]["parent"] = {"type": "string"}
            schema["required"] = [*schema["required"], "parent"]
            fixed.append("parent")
        loose = set(named["changes"].get(kind, []))
        schema["createOnlyProperties"] = pointers(p for p in fixed if p not in loose)
        schema["conditionalCreateOnlyProperties"] = pointers(named["sometimes"].get(kind, []))
        schema["readOnlyProperties"] = pointers(read_only)
        schema["primaryIdentifier"] = ["/properties/name"]
        schema["required"] = [r for r in schema["required"] if r != "name"]
        if "tags" in schema["properties"]:
            schema["tagging"] = {"tagProperty": "/properties/tags"}
        as_sets(schema, named["set"].get(kind, []))
        schema["make"] = {"version": self.version(kind)}
        return schema


class Google:
    def __init__(self, service):
        folder = resources.files("googleapiclient.discovery_cache.documents")
        self.document = json.loads((folder / f"{service}.json").read_text(encoding="utf-8"))

    def property(self, node):
        """A node of the document as a node of a registry schema."""
        if "$ref" in node:
            return {"$ref": "#/definitions/" + node["$ref"]}
        out = {"type": node.get("type", "any")}
        if "enum" in node:
            out["enum"] = node["enum"]
        if node.get("type") == "array":
            out |= {"insertionOrder": True, "items": self.property(node["items"])}
        if "additionalProperties" in node:
            out["patternProperties"] = {".*": self.property(node["additionalProperties"])}
        if "properties" in node:
            out["properties"] = {n: self.property(p) for n, p in node["properties"].items() if not self.is_output(p)}
        return out

    @staticmethod
    def is_output(node):
        return node.get("readOnly") or "[output only]" in node.get("description", "").lower()

    def resource(self, kind, name, named):
        methods = self.document["resources"][name]["methods"]
        insert = methods["insert"]
        node = self.document["schemas"][insert["request"]["$ref"]]
        schema = self.property(node)
        definitions = {n: self.property(s) for n, s in self.document["schemas"].items()}
        schema["definitions"] = definitions
        read_only = [n for n, p in node["properties"].items() if self.is_output(p)]
        schema["properties"] |= {n: self.property(node["properties"][n]) for n in read_only}
        # Where it stands is said in the request's path; an author says the zone, the region is the site's.
        if "zone" in insert["parameterOrder"]:
            read_only = [n for n in read_only if n != "zone"]
            schema["properties"]["zone"] = {"type": "string"}
        required = {
            n for n, p in node["properties"].items() if insert["id"] in p.get("annotations", {}).get("required", [])
        }
        schema["required"] = sorted((required - {"name"}) | ({"zone"} & set(insert["parameterOrder"])))
        changes = named["changes"].get(kind)
        can_change = {"patch", "update"} & set(methods)
        if changes or not can_change:
            # Whatever no method changes. `a/b` leaves `a`'s other properties fixed.
            outer = {c.split("/")[0] for c in changes or []}
            fixed = [n for n in schema["properties"] if n not in outer and n not in read_only]
            for change in [c for c in changes or [] if "/" in c]:
                top, inner = change.split("/")
                place = definitions[node["properties"][top]["$ref"]]
                fixed += [f"{top}/{n}" for n in place["properties"] if n != inner]
        else:
            fixed = ["name", *(["zone"] if "zone" in schema["required"] else [])]
        fixed += named["fixed"].get(kind, [])
        sometimes = named["sometimes"].get(kind, [])
        schema["createOnlyProperties"] = pointers(f for f in fixed if f not in sometimes)
        schema["conditionalCreateOnlyProperties"] = pointers(sometimes)
        schema["readOnlyProperties"] = pointers(read_only)
        schema["primaryIdentifier"] = ["/properties/name"]
        as_sets(schema, named["set"].get(kind, []))
        schema["make"] = {"path": insert["path"], "verb": insert["httpMethod"]}
        change = methods.get("patch") or methods.get("update")
        if change:
            schema["make"]["change"] = change["httpMethod"]
        return schema


def main():
    cloud, path = sys.argv[1:]
    wanted, named = lines(path)
    makers = {"azure": Azure, "google": Google}
    packages, found = {}, {}
    for kind, package, name in wanted:
        maker = packages.setdefault(package, makers[cloud](package))
        found[kind] = maker.resource(kind, name, named)
    if cloud == "azure":
        source = ", ".join(f"azure-mgmt-{p} {metadata.version('azure-mgmt-' + p)}" for p in packages) + ", models"
    else:
        revisions = ", ".join(f"{p} revision {m.document['revision']}" for p, m in packages.items())
        source = f"google-api-python-client {metadata.version('google-api-python-client')}, discovery documents: {revisions}"
    json.dump({"source": source, "types": found, "moving": named["moving"]}, sys.stdout)


main()
