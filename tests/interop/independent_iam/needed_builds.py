"""What CodeBuild must be able to do, and jobs of another CI that upload artifacts.

https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
"""

BUILD = "0f1e2d3c-aaaa-bbbb-cccc-ddddeeeeffff"


def needed(make, world, said):
    for project in world.projects.values():
        yield from a_build(make, world, project)
        yield from declared(make, project, said)


def declared(make, project, said):
    """What a buildspec does, which no template says."""
    name, role = project.properties["Name"], project.properties["ServiceRole"]
    there = f"{project.region}:{project.account}"
    for reporter, group in said.reports:
        if name == reporter:
            # https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html
            arn = f"arn:aws:codebuild:{there}:report-group/{name}-{group}"
            for asked in ("CreateReportGroup", "CreateReport", "UpdateReport", "BatchPutTestCases", "BatchPutCodeCoverages"):
                yield make.by_role(role, f"codebuild:{asked}", arn, f"build {name}: reports its tests")
    for pusher, repository in said.pushes:
        if name == pusher:
            # https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
            arn = f"arn:aws:ecr:{there}:repository/{repository}"
            yield make.by_role(role, "ecr:GetAuthorizationToken", "*", f"build {name}: logs in", owner=project.account)
            for asked in ("BatchCheckLayerAvailability", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"):
                yield make.by_role(role, f"ecr:{asked}", arn, f"build {name}: pushes its image")


def a_build(make, world, project):
    told, account, region = project.properties, project.account, project.region
    role, why = told["ServiceRole"], f"build {told['Name']} of {account}/{region}"
    sent = {"aws:SourceAccount": account, "aws:SourceArn": project.arn}
    yield make.by_service("codebuild.amazonaws.com", "sts:AssumeRole", role, f"{why}: CodeBuild assumes the role", sent)
    logs = told["LogsConfig"]["CloudWatchLogs"]
    stream = f"arn:aws:logs:{region}:{account}:log-group:{logs['GroupName']}:log-stream:{BUILD}"
    assert logs["Status"] == "ENABLED" and f"arn:aws:logs:{region}:{account}:log-group:{logs['GroupName']}:*" in world.logs, why
    for asked in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield make.by_role(role, asked, stream, f"{why}: writes its log")
    yield from source(make, told["Source"], role, why)
    for made in [told["Artifacts"], *told.get("SecondaryArtifacts", [])]:
        yield from artifact(make, world, made, told["EncryptionKey"], role, why)
    yield from environment(make, told["Environment"], role, account, region, why)


def source(make, told, role, why):
    """https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html"""
    connection = told.get("Auth", {}).get("Resource")
    if connection:
        for asked in ("GetConnection", "GetConnectionToken", "UseConnection"):
            action = f"{connection.split(':')[2]}:{asked}"
            yield make.by_role(role, action, connection, f"{why}: reads the repository")


def artifact(make, world, told, key, role, why):
    """What a build for CodePipeline takes and leaves is in `needed_pipelines.py`."""
    if told["Type"] != "S3":
        return
    assert told["Packaging"] == "ZIP" and told["NamespaceType"] == "NONE", why
    bucket = world.bucket(told["Location"])
    assert bucket.key == key, f"{why}: encrypts with another key than the bucket"
    name = f"{told['Path']}/{told['Name']}"
    yield from make.write(role, bucket, name, f"{why}: uploads {name}", named_key=False)
    for asked in ("s3:GetBucketAcl", "s3:GetBucketLocation"):
        yield make.by_role(role, asked, bucket.arn, f"{why}: looks whose bucket it uploads to")


def environment(make, told, role, account, region, why):
    for variable in told.get("EnvironmentVariables", []):
        if variable["Type"] == "SECRETS_MANAGER":
            # Secrets Manager puts six characters behind the name:
            # https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
            secret = f"arn:aws:secretsmanager:{region}:{account}:secret:{variable['Value'].split(':')[0]}-a1B2c3"
            yield make.by_role(role, "secretsmanager:GetSecretValue", secret, f"{why}: reads {variable['Name']}")
            # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
            yield decrypted(make, role, account, region, "secretsmanager", "SecretARN", secret, why)
        if variable["Type"] == "PARAMETER_STORE":
            parameter = f"arn:aws:ssm:{region}:{account}:parameter/{variable['Value'].removeprefix('/')}"
            yield make.by_role(role, "ssm:GetParameters", parameter, f"{why}: reads {variable['Name']}")
            # https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
            yield decrypted(make, role, account, region, "ssm", "PARAMETER_ARN", parameter, why)
    registry, _, image = told["Image"].partition("/")
    if ".dkr.ecr." in registry:
        # https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html
        assert told["ImagePullCredentialsType"] == "SERVICE_ROLE", why
        owner, _, _, home = registry.split(".")[:4]
        yield make.by_role(role, "ecr:GetAuthorizationToken", "*", f"{why}: logs in to the registry", owner=account)
        repository = f"arn:aws:ecr:{home}:{owner}:repository/{image.split(':')[0]}"
        for asked in ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"):
            yield make.by_role(role, asked, repository, f"{why}: pulls its image")


def decrypted(make, role, account, region, service, name, value, why):
    """A secret may be encrypted with a key of the account's own."""
    key = f"arn:aws:kms:{region}:{account}:key/5ec2e75e-1111-2222-3333-444455556666"
    context = {
        "kms:ViaService": f"{service}.{region}.amazonaws.com",
        "kms:CallerAccount": account,
        f"kms:EncryptionContext:{name}": value,
        "aws:ViaAWSService": "true",
    }
    return make.by_role(role, "kms:Decrypt", key, f"{why}: {service} decrypts for it", context=context)
