"""A build writes its own artifacts, and a build of a pull request its log alone: whoever writes a pull request runs what they like."""

from .needed_builds import BUILD

ON_SECRETS = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]


def forbidden(make, world, needs):
    for project in world.projects.values():
        role = project.properties["ServiceRole"]
        for request in reach(make, world, project, role):
            if request.resource not in needs.resources(role, request.action):
                yield request


def reach(make, world, project, role):
    """Everything of the team that a build may be curious about; what is needed of it is left out."""
    account, region, name = project.account, project.region, project.properties["Name"]
    for bucket in world.buckets.values():
        for artifact in sorted(artifacts(world)):
            for action in ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"):
                if needs_the_store(world, project, bucket):
                    continue
                yield make.by_role(role, action, f"{bucket.arn}/{artifact}", f"{name} reaches for an artifact")
        if not needs_the_store(world, project, bucket):
            yield from nothing_decrypted(make, project, role, bucket, name)
    for secret in ("globex/npm", "billing/password", "orders/password"):
        arn = f"arn:aws:secretsmanager:{region}:{account}:secret:{secret}-a1B2c3"
        for action in ON_SECRETS:
            yield make.by_role(role, action, arn, f"{name} reads a secret")
    for parameter in ("globex/license", "billing/password"):
        arn = f"arn:aws:ssm:{region}:{account}:parameter/{parameter}"
        for action in ("ssm:GetParameters", "ssm:PutParameter"):
            yield make.by_role(role, action, arn, f"{name} reads a parameter")
    for repository in ("api", "builder"):
        arn = f"arn:aws:ecr:{region}:{account}:repository/{repository}"
        for action in ("ecr:PutImage", "ecr:BatchGetImage"):
            yield make.by_role(role, action, arn, f"{name} uses an image repository")
    for group in world.logs.values():
        stream = f"{group.arn.removesuffix(':*')}:log-stream:{BUILD}"
        if group.properties["LogGroupName"] != project.properties["LogsConfig"]["CloudWatchLogs"]["GroupName"]:
            for action in ("logs:PutLogEvents", "logs:GetLogEvents"):
                yield make.by_role(role, action, stream, f"{name} looks at another log")
    for other in world.projects.values():
        if other.properties["Name"].startswith(f"{name}-"):
            # CodeBuild puts a hyphen between the names of project and group, so no policy can tell `web` of `web-checks` apart.
            continue
        arn = f"arn:aws:codebuild:{other.region}:{other.account}:report-group/{other.properties['Name']}-tests"
        yield make.by_role(role, "codebuild:CreateReport", arn, f"{name} reports tests of {other.properties['Name']}")
    for pipeline in world.pipelines.values():
        approval = f"{pipeline.arn}/release/approval"
        yield make.by_role(role, "codepipeline:PutApprovalResult", approval, f"{name} approves a release")


def nothing_decrypted(make, project, role, bucket, name):
    """No use of keys for a build that writes nothing there."""
    writes = bucket.properties["BucketName"] == project.properties["Artifacts"].get("Location")
    if not writes:
        for action in ("kms:Decrypt", "kms:GenerateDataKey"):
            yield from make.through_s3(role, action, bucket, "orders/orders.zip", f"{name} has S3 use the key of {bucket.arn}")


def artifacts(world):
    """The key of every artifact that is built."""
    for project in world.projects.values():
        told = project.properties
        for made in [told["Artifacts"], *told.get("SecondaryArtifacts", [])]:
            if made["Type"] == "S3":
                yield f"{made['Path']}/{made['Name']}"


def needs_the_store(world, project, bucket):
    """Builds of a pipeline pass artifacts through its store."""
    stores = [
        store["ArtifactStore"]["Location"]
        for pipeline in world.pipelines.values()
        for store in pipeline.properties["ArtifactStores"]
        if pipeline.account == project.account
    ]
    return project.properties["Source"]["Type"] == "CODEPIPELINE" and bucket.properties["BucketName"] in stores
