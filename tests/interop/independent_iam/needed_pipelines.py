"""What CodePipeline must be able to do, action by action.

Which permissions an action takes: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html, each page's
section "Service role permissions"; who assumes whom:
https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
"""

import json

LOOK_AT_BUCKET = ["s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation"]
STACK_ID = "0a1b2c3d-0000-1111-2222-333344445555"


def needed(make, world, _said):
    for pipeline in world.pipelines.values():
        yield from Reading(make, world, pipeline).requests()


class Reading:
    """A pipeline, read."""

    def __init__(self, make, world, pipeline):
        self.make, self.world, self.pipeline = make, world, pipeline
        self.told = pipeline.properties
        self.name = f"pipeline {self.told['Name']} of {pipeline.account}/{pipeline.region}"
        self.role = self.told["RoleArn"]
        self.stores = {}
        for store in self.told["ArtifactStores"]:
            self.stores[store["Region"]] = world.bucket(store["ArtifactStore"]["Location"])
        # CodePipeline chooses the name of an artifact below the names of the pipeline and of the artifact.
        self.artifact = f"{self.told['Name'][:20]}/Artifact/AbCdEfG"

    def requests(self):
        arn = f"arn:aws:codepipeline:{self.pipeline.region}:{self.pipeline.account}:{self.told['Name']}"
        # No page says that CodePipeline tells for whom it assumes a role: it must work if it does, and if it does not.
        for sent in ({}, {"aws:SourceAccount": self.pipeline.account, "aws:SourceArn": arn}):
            why = f"{self.name}: CodePipeline assumes the service role"
            yield self.make.by_service("codepipeline.amazonaws.com", "sts:AssumeRole", self.role, why, sent)
        for store in self.stores.values():
            for action in LOOK_AT_BUCKET:
                yield self.make.by_role(self.role, action, store.arn, f"{self.name}: looks at its store")
            # https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
            yield from self.make.read(self.role, store, self.artifact, f"{self.name}: keeps artifacts")
            yield from self.make.write(self.role, store, self.artifact, f"{self.name}: keeps artifacts")
        for stage in self.told["Stages"]:
            for action in stage["Actions"]:
                yield from self.action(stage, action)

    def action(self, stage, action):
        why = f"{self.name}: {stage['Name']}/{action['Name']}"
        kind = action["ActionTypeId"]
        region = action.get("Region", self.pipeline.region)
        actor = action.get("RoleArn", self.role)
        configured = action.get("Configuration", {})
        if actor != self.role:
            yield self.make.by_role(self.role, "sts:AssumeRole", actor, f"{why}: the service role assumes the action's")
        yield from self.copies(action, region, why)
        provider = {
            ("Source", "S3"): self.s3_source,
            ("Source", "CodeStarSourceConnection"): self.connection,
            ("Approval", "Manual"): self.approval,
            ("Build", "CodeBuild"): self.build,
            ("Deploy", "S3"): self.s3_deploy,
            ("Deploy", "CloudFormation"): self.cloudformation,
        }[kind["Category"], kind["Provider"]]
        yield from provider(actor, region, configured, action, why)

    def copies(self, action, region, why):
        """Input artifacts of an action elsewhere are copied there before:
        https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html"""
        home, there = self.stores[self.pipeline.region], self.stores[region]
        if action.get("InputArtifacts") and there is not home:
            yield from self.make.read(self.role, home, self.artifact, f"{why}: copies its input to {region}")
            yield from self.make.write(self.role, there, self.artifact, f"{why}: copies its input to {region}")

    def s3_source(self, actor, region, configured, _action, why):
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html"""
        bucket = self.world.bucket(configured["S3Bucket"])
        yield from self.make.read(actor, bucket, configured["S3ObjectKey"], f"{why}: reads the source")
        for asked in LOOK_AT_BUCKET:
            yield self.make.by_role(actor, asked, bucket.arn, f"{why}: looks at the bucket of the source")
        yield from self.make.write(actor, self.stores[region], self.artifact, f"{why}: leaves the artifact in the store")

    def connection(self, actor, region, configured, _action, why):
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html"""
        arn = configured["ConnectionArn"]
        yield self.make.by_role(actor, f"{arn.split(':')[2]}:UseConnection", arn, f"{why}: clones the repository")
        yield from self.make.write(actor, self.stores[region], self.artifact, f"{why}: leaves the artifact in the store")

    def approval(self, actor, _region, configured, _action, why):
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-service-role-permissions.html"""
        if "NotificationArn" in configured:
            yield self.make.by_role(actor, "sns:Publish", configured["NotificationArn"], f"{why}: asks for the approval")

    def build(self, actor, region, configured, action, why):
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html"""
        account = actor.split(":")[4]
        project = self.world.projects[f"arn:aws:codebuild:{region}:{account}:project/{configured['ProjectName']}"]
        for asked in ("codebuild:StartBuild", "codebuild:BatchGetBuilds"):
            yield self.make.by_role(actor, asked, project.arn, f"{why}: runs {configured['ProjectName']}")
        builder, store = project.properties["ServiceRole"], self.stores[region]
        yield from self.make.read(builder, store, self.artifact, f"{why}: the build takes its input")
        if action.get("OutputArtifacts"):
            yield from self.make.write(builder, store, self.artifact, f"{why}: the build leaves its output")

    def s3_deploy(self, actor, region, configured, _action, why):
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html"""
        bucket = self.world.bucket(configured["BucketName"])
        assert configured["Extract"] == "true" and bucket.key == configured["KMSEncryptionKeyARN"], why
        name = f"{configured['ObjectKey']}/assets/1f2e3d.zip"
        yield from self.make.read(actor, self.stores[region], self.artifact, f"{why}: reads the artifact", version=True)
        yield from self.make.write(actor, bucket, name, f"{why}: extracts the artifact")
        for asked in LOOK_AT_BUCKET:
            yield self.make.by_role(actor, asked, bucket.arn, f"{why}: looks at the bucket it deploys to")

    def cloudformation(self, actor, region, configured, action, why):
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html"""
        account = actor.split(":")[4]
        stack = f"arn:aws:cloudformation:{region}:{account}:stack/{configured['StackName']}/{STACK_ID}"
        asked = {
            "CHANGE_SET_REPLACE": ["DescribeStacks", "DescribeChangeSet", "DeleteChangeSet", "CreateChangeSet"],
            "CHANGE_SET_EXECUTE": ["DescribeStacks", "DescribeChangeSet", "ExecuteChangeSet"],
        }[configured["ActionMode"]]
        for call in asked:
            sent = {"cloudformation:ChangeSetName": configured["ChangeSetName"]} if "ChangeSet" in call else {}
            if call == "CreateChangeSet":
                sent["cloudformation:RoleArn"] = configured["RoleArn"]
            yield self.make.by_role(actor, f"cloudformation:{call}", stack, f"{why}: {call}", context=sent)
        if "RoleArn" in configured:
            yield from self.deployment(actor, configured["RoleArn"], stack, why)
            yield from self.make.read(actor, self.stores[region], self.artifact, f"{why}: reads the template")
            yield from self.parameters(configured, region, why)
        assert configured["ActionMode"] != "CHANGE_SET_REPLACE" or action["InputArtifacts"], why

    def deployment(self, actor, role, stack, why):
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html"""
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
        passed = {"iam:PassedToService": "cloudformation.amazonaws.com"}
        yield self.make.by_role(actor, "iam:PassRole", role, f"{why}: passes the role of the deployment", context=passed)
        account = role.split(":")[4]
        for sent in ({}, {"aws:SourceAccount": account, "aws:SourceArn": stack}):
            yield self.make.by_service(
                "cloudformation.amazonaws.com", "sts:AssumeRole", role, f"{why}: CloudFormation assumes the role", sent
            )

    def parameters(self, configured, region, why):
        """What the deployment reads because a parameter says where it is."""
        role, values = configured["RoleArn"], json.loads(configured.get("ParameterOverrides", "{}"))
        # Lambda fetches code for CloudFormation, which acts for the role:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledvia
        through = {"aws:CalledVia": ["cloudformation.amazonaws.com"], "aws:CalledViaFirst": "cloudformation.amazonaws.com",
                   "aws:CalledViaLast": "cloudformation.amazonaws.com", "aws:ViaAWSService": "true"}  # fmt: skip
        if any(isinstance(value, dict) and "Fn::GetArtifactAtt" in value for value in values.values()):
            yield from self.make.read(role, self.stores[region], self.artifact, f"{why}: Lambda fetches code", context=through)
        for value in values.values():
            if isinstance(value, str) and value in self.world.buckets:
                [prefix] = [other for other in values.values() if isinstance(other, str) and other != value]
                bucket = self.world.bucket(value)
                yield from self.make.read(role, bucket, f"{prefix}/assets/1f2e3d.zip", f"{why}: fetches assets", context=through)
