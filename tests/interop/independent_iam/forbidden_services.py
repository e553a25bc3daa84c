"""Services act for whom they should: not for a stranger (the confused deputy), and not those that nobody asked.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from .request import STRANGER

ALL = [
    "apigateway.amazonaws.com", "cloudformation.amazonaws.com", "cloudwatch.amazonaws.com", "codebuild.amazonaws.com",
    "codepipeline.amazonaws.com", "ec2.amazonaws.com", "events.amazonaws.com", "lambda.amazonaws.com", "s3.amazonaws.com",
    "sns.amazonaws.com", "states.amazonaws.com",
]  # fmt: skip
# Of these no page says that they tell for whom they assume a role, so that they tell nothing is not refused: `needed_*.py` asks
# for that. What they must not do is act for an account that they do name, if it is another.
SAYS_NOTHING = {"cloudformation.amazonaws.com", "codepipeline.amazonaws.com", "lambda.amazonaws.com"}
# "You can't use Condition blocks in Amazon SNS topic policies for EventBridge": rules of strangers can publish to the topic.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
UNCONDITIONAL = ("events.amazonaws.com", "sns:Publish")
WHERE = {"functions": "lambda:InvokeFunction", "topics": "sns:Publish", "queues": "sqs:SendMessage"}


def forbidden(make, world, _needs):
    for role in world.roles.values():
        trusted = [statement["Principal"].get("Service") for statement in role.trust["Statement"]]
        for service in ALL:
            for sent in strangers(service, role.region):
                if sent or service not in SAYS_NOTHING or service not in trusted:
                    yield make.by_service(service, "sts:AssumeRole", role.arn, f"{service} acts for a stranger", sent)
            if service not in trusted:
                sent = {"aws:SourceAccount": role.account}
                yield make.by_service(service, "sts:AssumeRole", role.arn, f"{service} acts, which nobody asked", sent)
    announced = {target["Arn"] for rule in world.rules.values() for target in rule.properties["Targets"]}
    for kind, action in WHERE.items():
        for thing in getattr(world, kind).values():
            for service in ALL:
                if (service, action) == UNCONDITIONAL and thing.arn in announced:
                    continue
                for sent in strangers(service, thing.region):
                    yield make.by_service(service, action, thing.arn, f"{service} acts for a stranger", sent)
    yield from public(make, world)


def strangers(service, region):
    """Nothing said, and a stranger's resource."""
    name = service.split(".")[0]
    source = {
        "cloudwatch": f"arn:aws:cloudwatch:{region}:{STRANGER}:alarm:acme-artifacts",
        "codebuild": f"arn:aws:codebuild:{region}:{STRANGER}:project/acme-orders",
        "events": f"arn:aws:events:{region}:{STRANGER}:rule/acme-artifacts",
        "sns": f"arn:aws:sns:{region}:{STRANGER}:acme-artifacts",
    }.get(name, f"arn:aws:{name}:{region}:{STRANGER}:x")
    return [{}, {"aws:SourceAccount": STRANGER, "aws:SourceArn": source}]


def public(make, world):
    """Whoever signs nothing."""
    asked = {
        "buckets": ["s3:GetObject", "s3:PutObject"], "topics": ["sns:Publish", "sns:Subscribe"],
        "queues": ["sqs:SendMessage", "sqs:ReceiveMessage"], "functions": ["lambda:InvokeFunction"],
    }  # fmt: skip
    for kind, actions in asked.items():
        for thing in getattr(world, kind).values():
            for action in actions:
                resource = f"{thing.arn}/orders/orders.zip" if kind == "buckets" else thing.arn
                yield make.by_service("anonymous", action, resource, "anybody at all")
