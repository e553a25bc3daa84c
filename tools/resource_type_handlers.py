#!/usr/bin/env python3
"""Writes pipeline-dsl/src/cloudformation/registry/handlers.txt: what CloudFormation's handlers of each resource type ask AWS for.

AWS publishes it in the schemas of the resource types, in CloudFormation's registry. cfn-lint carries these.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
Only the facts are taken: names of types, of actions, and of the properties that identify a resource.

    pip download --no-deps cfn-lint==1.58.0
    tools/resource_type_handlers.py cfn_lint-1.58.0-py3-none-any.whl

Needs nothing but Python.
"""

import json
import sys
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "pipeline-dsl/src/cloudformation/registry/handlers.txt"
HEAD = """\
# What CloudFormation's handlers of each resource type ask AWS for, and which properties identify a resource.
# https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
# The facts are AWS's. They were read out of the Python package {package} (MIT No Attribution licence, Copyright Amazon.com, Inc.).
# Written by tools/resource_type_handlers.py: do not edit.
#
# `[AWS::Lambda lambda]` begins the types of a namespace, most of whose actions are of that service. `Function FunctionName` is a type
# with its identifier, `CreateFunction/c` an action of that service that its create handler asks for, and `s3:GetObject/cu` one of
# another service, for create and update; `r` is read and `d` delete.
package {package}
"""
HANDLERS = ["create", "read", "update", "delete"]


def schemas(wheel):
    with zipfile.ZipFile(wheel) as files:
        for name in sorted(files.namelist()):
            if "/data/schemas/resources/" in name and name.endswith(".json"):
                yield json.loads(files.read(name))


def actions(schema):
    """Each action with the letters of the handlers that ask for it."""
    found = {}
    handlers = schema.get("handlers") or {}
    for handler in HANDLERS:
        for action in handlers.get(handler, {}).get("permissions", []):
            service, _, name = action.strip().partition(":")
            if name and name != "*":
                found.setdefault(f"{service.lower()}:{name}", set()).add(handler[0])
    return {action: "".join(letter for letter in "crud" if letter in letters) for action, letters in sorted(found.items())}


def main():
    (wheel,) = sys.argv[1:]
    by_namespace, seen = {}, set()
    for schema in schemas(wheel):
        name = schema["typeName"]
        if name in seen or not actions(schema):
            continue
        seen.add(name)
        namespace, _, kind = name.rpartition("::")
        by_namespace.setdefault(namespace, {})[kind] = schema
    package = "-".join(Path(wheel).name.split("-")[:2]).replace("_", "-")
    lines = [HEAD.format(package=package)]
    for namespace, types in sorted(by_namespace.items()):
        count = {}
        for schema in types.values():
            for action in actions(schema):
                service = action.split(":")[0]
                count[service] = count.get(service, 0) + 1
        own = max(sorted(count), key=count.get)
        lines.append(f"[{namespace} {own}]")
        for kind, schema in sorted(types.items()):
            identifiers = [path.rsplit("/", 1)[-1] for path in schema.get("primaryIdentifier", [])]
            asked = [f"{action.removeprefix(own + ':')}/{letters}" for action, letters in actions(schema).items()]
            lines.append(" ".join([kind, ",".join(identifiers) or "-", *asked]))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("\n".join(lines) + "\n")


main()
