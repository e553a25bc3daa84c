"""What a team that deploys itself must be able to do: its program goes to every account, and has CloudFormation deploy."""

from .needed_pipelines import STACK_ID

ROLES = {"self-update-plan": "plan", "self-update-deploy": "update"}
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
PLANS = ["DescribeStacks", "CreateChangeSet", "DescribeChangeSet", "DeleteChangeSet", "GetTemplate"]
DEPLOYS = [*PLANS, "ExecuteChangeSet", "DescribeStackEvents", "DeleteStack"]
# What CloudFormation asks for a resource of a stack, of the many calls the first: it acts with the role of who asked it.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
CREATES = {
    "AWS::CodeBuild::Project": ["codebuild:CreateProject", "codebuild:UpdateProject"],
    "AWS::CodePipeline::Pipeline": ["codepipeline:CreatePipeline", "codepipeline:UpdatePipeline"],
    "AWS::Events::Rule": ["events:PutRule", "events:PutTargets"],
    "AWS::IAM::ManagedPolicy": ["iam:CreatePolicy"],
    "AWS::IAM::Role": ["iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"],
    "AWS::Lambda::Function": ["lambda:CreateFunction", "lambda:UpdateFunctionCode"],
    "AWS::Logs::LogGroup": ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
    "AWS::S3::Bucket": ["s3:CreateBucket", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration"],
    "AWS::SNS::Topic": ["sns:CreateTopic"],
    "AWS::SQS::Queue": ["sqs:CreateQueue"],
}
VIA = {
    "aws:CalledVia": ["cloudformation.amazonaws.com"], "aws:CalledViaFirst": "cloudformation.amazonaws.com",
    "aws:CalledViaLast": "cloudformation.amazonaws.com", "aws:ViaAWSService": "true",
}  # fmt: skip


def needed(make, world, _said):
    for arn in list(world.roles):
        for end, there in ROLES.items():
            if arn.endswith(f"-{end}"):
                yield from goes(make, world, arn, there)


def goes(make, world, program, there):
    """From the build into each account; in its own it needs no other role."""
    for account in world.accounts:
        actor = program
        if account != world.build_account:
            actor = f"arn:aws:iam::{account}:role/{world.team}/{there}/{world.team}-{there}"
            assert actor in world.roles, f"there is no {actor}"
            yield make.by_role(program, "sts:AssumeRole", actor, f"the program goes to {account} to {there}")
        for stack in world.stacks.values():
            if stack.account == account:
                yield from a_stack(make, actor, stack, PLANS if there == "plan" else DEPLOYS)
                if there == "update":
                    yield from resources(make, actor, stack)


def a_stack(make, actor, stack, calls):
    arn = f"arn:aws:cloudformation:{stack.region}:{stack.account}:stack/{stack.name}/{STACK_ID}"
    for call in calls:
        yield make.by_role(actor, f"cloudformation:{call}", arn, f"{actor}: {call} of {stack.id}")


def resources(make, actor, stack):
    for resource in stack.resources.values():
        arn = resource.arn.removesuffix(":*") if resource.type == "AWS::Logs::LogGroup" else resource.arn
        for action in CREATES.get(resource.type, []):
            why = f"{actor}: CloudFormation makes {resource.logical} of {stack.id}"
            yield make.by_role(actor, action, arn, why, owner=stack.account, context=VIA)
        for role, service in passed(resource):
            sent = {**VIA, "iam:PassedToService": service}
            yield make.by_role(actor, "iam:PassRole", role, f"{actor}: {resource.logical} gets its role", context=sent)


def passed(resource):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"""
    told = resource.properties
    if resource.type == "AWS::CodeBuild::Project":
        yield told["ServiceRole"], "codebuild.amazonaws.com"
    if resource.type == "AWS::CodePipeline::Pipeline":
        yield told["RoleArn"], "codepipeline.amazonaws.com"
    if resource.type == "AWS::Lambda::Function":
        yield told["Role"], "lambda.amazonaws.com"
    if resource.type == "AWS::Events::Rule":
        for target in told["Targets"]:
            if "RoleArn" in target:
                yield target["RoleArn"], "events.amazonaws.com"
