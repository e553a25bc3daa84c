"""Nobody reaches into another account, but by the hops that are needed; even if their own account lets them do anything.

Both accounts must allow what goes from one to the other, so what is asked here is what the resource's policy says:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from .request import COUSIN, STRANGER

ON_OBJECTS = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObjectVersion"]
ON_BUCKETS = ["s3:ListBucket", "s3:PutBucketPolicy"]
ON_KEYS = ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:PutKeyPolicy"]
ELSE = {
    "functions": ["lambda:InvokeFunction", "lambda:UpdateFunctionCode"],
    "topics": ["sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"],
    "queues": ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:SetQueueAttributes"],
    "pipelines": ["codepipeline:StartPipelineExecution", "codepipeline:UpdatePipeline"],
    "projects": ["codebuild:StartBuild", "codebuild:UpdateProject"],
}


def forbidden(make, world, needs):
    admins = [f"arn:aws:iam::{account}:role/Admin" for account in [*world.accounts, STRANGER, COUSIN]]
    for who in [*world.roles, *admins, *impostors(world)]:
        for request in [*data(make, world, who), *roles(make, world, who), *(things(make, world, who) if who in admins else [])]:
            if request.owner != who.split(":")[4] and not needs.family(request) and not needs.tolerates(request):
                yield request


def impostors(world):
    """Strangers who name and place their roles as the team's are."""
    names = {role.arn.split(":", 5)[5] for role in world.roles.values()}
    kinds = {name.split("/")[-2]: name for name in sorted(names)}
    return [f"arn:aws:iam::{account}:{name}" for account in (STRANGER, COUSIN) for name in kinds.values()]


def data(make, world, who):
    for bucket in world.buckets.values():
        why = f"reaches for {bucket.arn} of {bucket.account}"
        for action in ON_OBJECTS:
            yield make.by_role(who, action, f"{bucket.arn}/orders/some.zip", why, identity="anything")
        for action in ON_BUCKETS:
            yield make.by_role(who, action, bucket.arn, why, identity="anything")
        for action in ("kms:Decrypt", "kms:GenerateDataKey"):
            request = next(make.through_s3(who, action, bucket, "orders/some.zip", f"has S3 use the key of {bucket.arn}"))
            request.identity = "anything"
            yield request
    for key in world.keys.values():
        for action in ON_KEYS:
            yield make.by_role(who, action, key.arn, f"uses a key of {key.account} by itself", identity="anything")


def roles(make, world, who):
    for role in world.roles.values():
        yield make.by_role(who, "sts:AssumeRole", role.arn, f"becomes a role of {role.account}", identity="anything")


def things(make, world, who):
    for kind, actions in ELSE.items():
        for thing in getattr(world, kind).values():
            for action in actions:
                sent = {}
                if action == "sns:Subscribe":
                    # A copy of everything that is announced.
                    sent = {"sns:Protocol": "sqs", "sns:Endpoint": f"arn:aws:sqs:us-east-1:{who.split(':')[4]}:copies"}
                yield make.by_role(who, action, thing.arn, f"reaches for {kind} of {thing.account}", identity="anything", context=sent)
