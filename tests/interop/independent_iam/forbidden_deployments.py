"""A deployment gets no further than its service: no other stacks, roles or secrets, and no more power than it was given.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
"""

from .needed_deployments import deployment_of, own_role
from .needed_pipelines import STACK_ID

ON_STACKS = ["CreateStack", "UpdateStack", "DeleteStack", "CreateChangeSet", "ExecuteChangeSet", "SetStackPolicy"]
SERVICES = ["ec2.amazonaws.com", "codebuild.amazonaws.com", "cloudformation.amazonaws.com", "glue.amazonaws.com"]
ON_ROLES = ["CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"]
ALWAYS_FORBIDDEN = ["CreateUser", "CreateAccessKey", "AttachUserPolicy", "PutUserPolicy"]


def forbidden(make, world, needs):
    for role in world.roles.values():
        if role.kind == "deployment":
            for request in [*others(make, world, role), *itself(make, world, role), *data(make, world, role)]:
                if not needs.exactly(request):
                    yield request
    for boundary in world.boundaries.values():
        yield from escalations(make, world, boundary)
        yield from bounded(make, world, boundary)


def services(world):
    return sorted({stack.service for stack in world.stacks.values() if stack.service})


def others(make, world, role):
    """What belongs to other services of the same account, and to the team."""
    there = f"{role.region}:{role.account}"
    for service in services(world):
        if service == role.service:
            continue
        for action in ON_STACKS:
            stack = f"arn:aws:cloudformation:{there}:stack/{service}/{STACK_ID}"
            yield make.by_role(role.arn, f"cloudformation:{action}", stack, f"changes the stack of {service}")
        secret = f"arn:aws:secretsmanager:{there}:secret:{service}/password-a1B2c3"
        yield make.by_role(role.arn, "secretsmanager:GetSecretValue", secret, f"reads a secret of {service}")
        theirs = f"arn:aws:iam::{role.account}:role/{world.team}/service/{service}/handler"
        for sent in ({}, *({"iam:PermissionsBoundary": arn} for arn in world.boundaries if role.account in arn)):
            for action in ON_ROLES:
                yield make.by_role(role.arn, f"iam:{action}", theirs, f"changes a role of {service}", context=sent)
        for action in ("UpdateAssumeRolePolicy", "DeleteRole"):
            yield make.by_role(role.arn, f"iam:{action}", theirs, f"changes a role of {service}")
        for passed_to in ("lambda.amazonaws.com", *SERVICES):
            sent = {"iam:PassedToService": passed_to}
            yield make.by_role(role.arn, "iam:PassRole", theirs, f"gives away a role of {service}", context=sent)
    for stack in world.stacks.values():
        if stack.account == role.account:
            arn = f"arn:aws:cloudformation:{stack.region}:{stack.account}:stack/{stack.name}/{STACK_ID}"
            for action in ON_STACKS:
                yield make.by_role(role.arn, f"cloudformation:{action}", arn, f"changes the team's stack {stack.name}")


def itself(make, world, role):
    """The team's roles of the account, its own first."""
    own = [{"iam:PermissionsBoundary": arn} for arn in world.boundaries if role.account in arn]
    for other in world.roles.values():
        if other.account != role.account:
            continue
        for sent in ({}, *own):
            for action in ON_ROLES:
                yield make.by_role(role.arn, f"iam:{action}", other.arn, "changes a role of the team", context=sent)
        for action in ("UpdateAssumeRolePolicy", "DeleteRole", "DeleteRolePermissionsBoundary"):
            yield make.by_role(role.arn, f"iam:{action}", other.arn, "changes a role of the team")
        for service in ("lambda.amazonaws.com", *SERVICES):
            sent = {"iam:PassedToService": service}
            yield make.by_role(role.arn, "iam:PassRole", other.arn, "gives away a role of the team", context=sent)
    for action in ALWAYS_FORBIDDEN:
        user = f"arn:aws:iam::{role.account}:user/mallory"
        yield make.by_role(role.arn, f"iam:{action}", user, "makes a user")
    provider = f"arn:aws:iam::{role.account}:oidc-provider/evil.example.com"
    yield make.by_role(role.arn, "iam:CreateOpenIDConnectProvider", provider, "lets strangers' tokens in")


def data(make, world, role):
    """Artifacts, and assets of another service, which stand in the same bucket below another prefix."""
    for bucket in world.buckets.values():
        for action in ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"):
            yield make.by_role(role.arn, action, f"{bucket.arn}/any/thing", "reaches for an artifact")
        for service in services(world):
            if "-assets-" in bucket.arn and service != role.service:
                name = f"{bucket.arn}/{service}/assets/1f2e3d.zip"
                for action in ("s3:GetObject", "s3:PutObject"):
                    yield make.by_role(role.arn, action, name, f"reaches for assets of {service}", owner=bucket.account)


def escalations(make, world, boundary):
    """More power through roles that it may make."""
    who, role, account = deployment_of(world, boundary), own_role(world, boundary), boundary.account
    bounded_by = {"iam:PermissionsBoundary": boundary.arn}
    others_ = [arn for arn in world.boundaries if arn != boundary.arn]
    wrong = [{}, *({"iam:PermissionsBoundary": arn} for arn in ["arn:aws:iam::aws:policy/AdministratorAccess", *others_])]
    for sent in wrong:
        for action in ON_ROLES:
            yield make.by_role(who, f"iam:{action}", role, "makes a role without its boundary", context=sent)
    yield make.by_role(who, "iam:DeleteRolePermissionsBoundary", role, "takes the boundary off")
    yield make.by_role(who, "iam:DeleteRolePermissionsBoundary", role, "takes the boundary off", context=bounded_by)
    team = world.team
    for path in (f"role/{team}/handler", f"role/{team}/service/handler", f"role/{team}/delivery/deployment/more", "role/handler",
                 f"role/{team}/service/{boundary.service}-more/handler", f"role/{team}/{team}-subscriber-us-east-1"):  # fmt: skip
        for action in ON_ROLES:
            outside = f"arn:aws:iam::{account}:{path}"
            yield make.by_role(who, f"iam:{action}", outside, "makes a role outside of its path", context=bounded_by)
    for action in ("CreatePolicyVersion", "DeletePolicyVersion", "DeletePolicy", "SetDefaultPolicyVersion"):
        yield make.by_role(who, f"iam:{action}", boundary.arn, "changes the boundary")
    for service in SERVICES:
        sent = {"iam:PassedToService": service}
        yield make.by_role(who, "iam:PassRole", role, f"gives its role to {service}", context=sent)
    profile = f"arn:aws:iam::{account}:instance-profile/{team}/service/{boundary.service}/x"
    yield make.by_role(who, "iam:AddRoleToInstanceProfile", profile, "has a machine use its role")


def bounded(make, world, boundary):
    """A role that the deployment made, with the policies that it likes, within the boundary."""
    who = own_role(world, boundary)
    more = {"identity": "anything", "boundary": boundary.arn}
    for bucket in world.buckets.values():
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObjectVersion"):
            yield make.by_role(who, action, f"{bucket.arn}/orders/orders.zip", "a role of the service reaches for data", **more)
    for key in world.keys.values():
        for action in ("kms:Decrypt", "kms:PutKeyPolicy"):
            yield make.by_role(who, action, key.arn, "a role of the service uses the team's key", **more)
    for other in world.roles.values():
        yield make.by_role(who, "sts:AssumeRole", other.arn, "a role of the service becomes another", **more)
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"):
        yield make.by_role(who, action, who, "a role of the service changes itself", **more)
