"""What deployments must be able to do with the roles that the program lets them make, and with nested stacks.

That a service makes roles is read off its boundary, and that it nests stacks off its own templates beside the example.
"""

import re

from .needed_pipelines import STACK_ID


def needed(make, world, said):
    templates = said.templates
    for boundary in world.boundaries.values():
        yield from roles(make, world, boundary)
    for role in world.roles.values():
        if role.kind == "deployment":
            yield from nested(make, role, templates.get(role.service, ""))
        if role.kind == "action" and "Transform: AWS::Serverless-2016-10-31" in templates.get(role.service, ""):
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html
            macro = f"arn:aws:cloudformation:{role.region}:aws:transform/Serverless-2016-10-31"
            why = f"{role.arn}: its change set has SAM transformed"
            yield make.by_role(role.arn, "cloudformation:CreateChangeSet", macro, why, owner=role.account)


def deployment_of(world, boundary):
    """The role that deploys the service which the boundary is for."""
    [found] = [
        role for role in world.roles.values()
        if role.kind == "deployment" and (role.account, role.region, role.service) == (boundary.account, boundary.region, boundary.service)
    ]  # fmt: skip
    return found.arn


def own_role(world, boundary, name="handler"):
    """A role that a stack of the service makes."""
    return f"arn:aws:iam::{boundary.account}:role/{world.team}/service/{boundary.service}/{name}"


def roles(make, world, boundary):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate"""
    who, role = deployment_of(world, boundary), own_role(world, boundary)
    bounded = {"iam:PermissionsBoundary": boundary.arn}
    for action in ("CreateRole", "PutRolePolicy", "DeleteRolePolicy", "PutRolePermissionsBoundary"):
        yield make.by_role(who, f"iam:{action}", role, f"{who}: makes a bounded role", context=bounded)
    for action in ("GetRole", "DeleteRole", "TagRole", "UpdateAssumeRolePolicy", "ListRolePolicies"):
        yield make.by_role(who, f"iam:{action}", role, f"{who}: keeps its role")
    passed = {"iam:PassedToService": "lambda.amazonaws.com"}
    yield make.by_role(who, "iam:PassRole", role, f"{who}: gives its function the role", context=passed)


def nested(make, role, template):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html"""
    for name in re.findall(r"^  (\w+):\n    Type: AWS::CloudFormation::Stack$", template, re.MULTILINE):
        # CloudFormation names a nested stack for its parent and logical id.
        stack = f"arn:aws:cloudformation:{role.region}:{role.account}:stack/{role.service}-{name}-1ABCDEFGHIJKL/{STACK_ID}"
        for action in ("CreateStack", "UpdateStack", "DeleteStack", "DescribeStacks"):
            sent = {"cloudformation:RoleArn": role.arn} if action in ("CreateStack", "UpdateStack") else {}
            yield make.by_role(role.arn, f"cloudformation:{action}", stack, f"{role.arn}: {action} of {name}", context=sent)
        passed = {"iam:PassedToService": "cloudformation.amazonaws.com"}
        yield make.by_role(role.arn, "iam:PassRole", role.arn, f"{role.arn}: {name} is deployed with it too", context=passed)
