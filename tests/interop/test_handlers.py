"""The roles that the team's own program deploys with may do what CloudFormation asks for each type of resource, by the schemas
that cfn-lint carries, and no more."""

import json
from pathlib import Path

import cfnlint
import pytest

SCHEMAS = Path(cfnlint.__file__).parent / "data/schemas/resources"

# What the schemas name for properties that are never written, and what deletes data.
NEVER = {
    "AWS::IAM::Role": {
        # No managed policies, no boundaries of our own.
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:DeleteRolePermissionsBoundary",
    },
    "AWS::IAM::ManagedPolicy": {
        # A boundary is attached to nobody.
        "iam:AttachGroupPolicy",
        "iam:AttachRolePolicy",
        "iam:AttachUserPolicy",
        "iam:DetachGroupPolicy",
        "iam:DetachRolePolicy",
        "iam:DetachUserPolicy",
    },
    "AWS::KMS::Key": {
        # Keys stay, and are never turned off.
        "kms:ScheduleKeyDeletion",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
    },
    "AWS::S3::Bucket": {
        # Buckets and their objects stay.
        "s3:DeleteBucket",
        "s3:DeleteObject",
        # Properties that no bucket of ours has: what would set them or take them off.
        "iam:PassRole",
        "s3:CreateBucketMetadataTableConfiguration",
        "s3:DeleteBucketAnalyticsConfiguration",
        "s3:DeleteBucketCors",
        "s3:DeleteBucketEncryption",
        "s3:DeleteBucketLifecycle",
        "s3:DeleteBucketMetadataTableConfiguration",
        "s3:DeleteBucketMetricsConfiguration",
        "s3:DeleteBucketReplication",
        "s3:DeleteBucketWebsite",
        "s3:PutAccelerateConfiguration",
        "s3:PutAnalyticsConfiguration",
        "s3:PutBucketAbac",
        "s3:PutBucketAcl",
        "s3:PutBucketCORS",
        "s3:PutBucketLogging",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketReplication",
        "s3:PutBucketWebsite",
        "s3:PutIntelligentTieringConfiguration",
        "s3:PutInventoryConfiguration",
        "s3:PutMetricsConfiguration",
        "s3:PutObjectAcl",
        "s3:PutObjectLockConfiguration",
        "s3:PutReplicationConfiguration",
        "s3:UpdateBucketMetadataAnnotationTableConfiguration",
        "s3:UpdateBucketMetadataInventoryTableConfiguration",
        "s3:UpdateBucketMetadataJournalTableConfiguration",
    },
    "AWS::SNS::Topic": {
        # Topics without delivery logs, inline subscriptions or data protection.
        "iam:GetRole",
        "iam:PassRole",
        "sns:PutDataProtectionPolicy",
        "sns:Subscribe",
        "sns:Unsubscribe",
    },
    # Only Firehose needs a role.
    "AWS::SNS::Subscription": {"iam:GetRole", "iam:PassRole"},
    "AWS::Lambda::Function": {
        # Code in the template; no network, layers, file systems, signing, images, reserved capacity or keys.
        "elasticfilesystem:DescribeMountTargets",
        "lambda:AssociateRuntimeAlias",
        "lambda:DeleteFunctionCodeSigningConfig",
        "lambda:DeleteFunctionConcurrency",
        "lambda:GetCodeSigningConfig",
        "lambda:GetLayerVersion",
        "lambda:PassCapacityProvider",
        "lambda:PublishVersion",
        "lambda:PutFunctionCodeSigningConfig",
        "lambda:PutFunctionRecursionConfig",
        "lambda:PutFunctionScalingConfig",
        "lambda:PutRuntimeManagementConfig",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3files:ListMountTargets",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
    },
    "AWS::Logs::LogGroup": {
        # No keys, index, delivery, resource or data protection policies; retention is never taken off.
        "logs:AssociateKmsKey",
        "logs:CreateLogDelivery",
        "logs:DeleteDataProtectionPolicy",
        "logs:DeleteIndexPolicy",
        "logs:DeleteResourcePolicy",
        "logs:DeleteRetentionPolicy",
        "logs:DisassociateKmsKey",
        "logs:PutBearerTokenAuthentication",
        "logs:PutDataProtectionPolicy",
        "logs:PutIndexPolicy",
        "logs:PutLogGroupDeletionProtection",
        "logs:PutResourcePolicy",
        "s3:REST.PUT.OBJECT",
        "firehose:TagDeliveryStream",
    },
    # Stages are never turned on or off. Connections keep the prefix that they have.
    "AWS::CodePipeline::Pipeline": {
        "codepipeline:DisableStageTransition",
        "codepipeline:EnableStageTransition",
        "codestar-connections:PassConnection",
    },
}
NEVER["AWS::Lambda::Function"] |= {
    f"ec2:Describe{what}" for what in ["NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"]
}
NEVER["AWS::S3::Bucket"] |= {
    f"s3tables:{action}"
    for action in [
        "CreateNamespace",
        "CreateTable",
        "CreateTableBucket",
        "GetTable",
        "GetTableMetadataLocation",
        "PutTableBucketPolicy",
        "PutTableEncryption",
        "PutTablePolicy",
        "UpdateTableMetadataLocation",
    ]
}

# Beside the handlers: what the deployment itself calls, and types without handlers.
BESIDE = ("cloudformation:", "codebuild:", "codeconnections:", "codestar-connections:", "sts:")
OWN = {
    "iam:PassRole",
    # The custom resource.
    "lambda:InvokeFunction",
    # Templates that are large go through a bucket; the pipeline's builds read the program.
    "s3:CreateBucket",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutLifecycleConfiguration",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "kms:Decrypt",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
}


@pytest.fixture(scope="module")
def schemas():
    read = (json.loads(path.read_text()) for path in SCHEMAS.glob("*.json"))
    return {schema["typeName"]: schema for schema in read if "typeName" in schema}


def asked(schema):
    """What the handlers of a type ask, but for those that list all resources of an account."""
    handlers = schema.get("handlers") or {}
    each = [handlers[name].get("permissions", []) for name in handlers if name != "list"]
    return {permission for permissions in each for permission in permissions}


def accounts(assembly):
    """Of each account the types of resources in its stacks, and the actions of the role that deploys them."""
    types, granted = {}, {}
    manifest = json.loads((assembly / "manifest.json").read_text())
    for stack in manifest["stacks"]:
        template = json.loads((assembly / "templates" / f"{stack['template']}.json").read_text())
        account = stack["account"]
        for logical_id, resource in template["Resources"].items():
            types.setdefault(account, set()).add(resource["Type"])
            name = resource["Properties"].get("RoleName", "")
            # The names of services' roles have their region, by a function where templates are shared.
            deployers = ("-update", "-self-update-deploy")
            if resource["Type"] == "AWS::IAM::Role" and isinstance(name, str) and name.endswith(deployers):
                statements = resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
                granted[account] = {action for statement in statements for action in statement["Action"]}
    return {account: (types[account], granted[account]) for account in types}


def test_each_account_can_be_deployed(assembly, schemas):
    for account, (types, granted) in accounts(assembly).items():
        for resource_type in types - {"Custom::Backfill"}:
            missing = asked(schemas[resource_type]) - NEVER.get(resource_type, set()) - granted
            assert not missing, f"{account}: {resource_type} asks {sorted(missing)}"


def test_nothing_else_may_be_done(assembly, schemas):
    for account, (types, granted) in accounts(assembly).items():
        wanted = set(OWN)
        for resource_type in types - {"Custom::Backfill"}:
            schema = schemas[resource_type]
            wanted |= asked(schema) - NEVER.get(resource_type, set())
            wanted |= set((schema.get("tagging") or {}).get("permissions", []))
        more = {action for action in granted - wanted if not action.startswith(BESIDE)}
        assert not more, f"{account}: {sorted(more)}"


def test_the_exceptions_are_needed(schemas):
    for resource_type, actions in NEVER.items():
        assert actions <= asked(schemas[resource_type]), sorted(actions - asked(schemas[resource_type]))
