"""In its own account too, a role of the team does what it is for; the others' buckets, keys and roles are not for it."""

from .forbidden_elsewhere import ON_BUCKETS, ON_KEYS, ON_OBJECTS

POWERS = {
    "functions": ["lambda:InvokeFunction", "lambda:UpdateFunctionCode"],
    "topics": ["sns:Publish", "sns:SetTopicAttributes"],
    "queues": ["sqs:SendMessage", "sqs:ReceiveMessage"],
    "pipelines": ["codepipeline:StartPipelineExecution", "codepipeline:UpdatePipeline"],
    "projects": ["codebuild:StartBuild", "codebuild:UpdateProject"],
}


def forbidden(make, world, needs):
    for role in world.roles.values():
        for request in [*data(make, world, role), *roles(make, world, role), *powers(make, world, role)]:
            if request.owner == role.account and not needs.exactly(request) and not needs.tolerates(request):
                yield request
        # That the account lets a role do anything makes it no other role.
        for request in roles(make, world, role):
            if request.owner == role.account and not needs.exactly(request):
                request.identity = "anything"
                yield request


def data(make, world, role):
    for bucket in world.buckets.values():
        for action in ON_OBJECTS:
            yield make.by_role(role.arn, action, f"{bucket.arn}/orders/some.zip", f"reaches for {bucket.arn}")
        for action in ON_BUCKETS:
            yield make.by_role(role.arn, action, bucket.arn, f"reaches for {bucket.arn}")
    for key in world.keys.values():
        for action in ON_KEYS:
            yield make.by_role(role.arn, action, key.arn, f"uses the key of {key.account}/{key.region} by itself")


def roles(make, world, role):
    for other in world.roles.values():
        if other is not role:
            yield make.by_role(role.arn, "sts:AssumeRole", other.arn, f"becomes another role of {other.account}")


def powers(make, world, role):
    for kind, actions in POWERS.items():
        for thing in getattr(world, kind).values():
            for action in actions:
                yield make.by_role(role.arn, action, thing.arn, f"uses {kind} that are not for it")
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"):
        yield make.by_role(role.arn, action, role.arn, "changes itself")
