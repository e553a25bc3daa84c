"""What brings new artifacts to developers: rules, topics, subscriptions, and the function that copies."""

# What the subscriber's code asks of S3 for each copy, by https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html:
# `head_object` and `copy` of a version, with its tags; `list_object_versions` of both buckets; `head_object` here, which answers
# "not found" only to whom may list.
OF_THE_BUILD_BUCKET = ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"]
OF_THE_OWN_BUCKET = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:AbortMultipartUpload"]
LISTS = ["s3:ListBucket", "s3:ListBucketVersions"]
ARTIFACT = "orders/some.zip"


def needed(make, world, _said):
    for rule in world.rules.values():
        yield from a_rule(make, rule)
    for alarm in world.alarms.values():
        yield from an_alarm(make, alarm)
    for subscription in world.subscriptions:
        yield from a_subscription(make, world, subscription)
    for backfill in world.backfills:
        function = backfill.properties["ServiceToken"]
        deployer = f"arn:aws:iam::{backfill.stack.account}:role/Admin"
        why = f"{backfill.stack.id}: CloudFormation has what is there already copied"
        yield make.by_role(deployer, "lambda:InvokeFunction", function, why, identity="anything")
    for function in world.functions.values():
        yield from a_function(make, world, function)


def a_rule(make, rule):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"""
    name = f"rule {rule.properties['Name']} of {rule.account}/{rule.region}"
    source = {"aws:SourceArn": rule.arn, "aws:SourceAccount": rule.account}
    for target in rule.properties["Targets"]:
        arn, service = target["Arn"], target["Arn"].split(":")[2]
        if service == "sns":
            # "You can't use Condition blocks in Amazon SNS topic policies for EventBridge": nothing is sent.
            yield make.by_service("events.amazonaws.com", "sns:Publish", arn, f"{name}: announces")
        elif service == "codepipeline":
            why = f"{name}: starts {arn.split(':')[-1]}"
            # https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
            yield make.by_service("events.amazonaws.com", "sts:AssumeRole", target["RoleArn"], why, source)
            yield make.by_role(target["RoleArn"], "codepipeline:StartPipelineExecution", arn, why)
        else:
            raise NotImplementedError(f"{name}: target {arn}")
        if "DeadLetterConfig" in target:
            # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html shows the rule's ARN, and nothing else.
            sent = {"aws:SourceArn": rule.arn}
            queue = target["DeadLetterConfig"]["Arn"]
            yield make.by_service("events.amazonaws.com", "sqs:SendMessage", queue, f"{name}: leaves what it cannot deliver", sent)


def an_alarm(make, alarm):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    for topic in alarm.properties["AlarmActions"]:
        for sent in ({"aws:SourceArn": alarm.arn}, {"aws:SourceArn": alarm.arn, "aws:SourceAccount": alarm.account}):
            why = f"alarm {alarm.properties['AlarmName']} of {alarm.account}/{alarm.region} rings"
            yield make.by_service("cloudwatch.amazonaws.com", "sns:Publish", topic, why, sent)


def a_subscription(make, world, subscription):
    told, account = subscription.properties, subscription.stack.account
    topic, function = told["TopicArn"], told["Endpoint"]
    assert told["Protocol"] == "lambda" and function in world.functions
    name = f"subscription of {subscription.stack.id}"
    # https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-lambda-cross-account.html
    deployer = f"arn:aws:iam::{account}:role/Admin"
    sent = {"sns:Protocol": "lambda", "sns:Endpoint": function}
    yield make.by_role(deployer, "sns:Subscribe", topic, f"{name}: is made", identity="anything", context=sent)
    # https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    told_by_sns = {"aws:SourceArn": topic, "aws:SourceAccount": topic.split(":")[4]}
    yield make.by_service("sns.amazonaws.com", "lambda:InvokeFunction", function, f"{name}: SNS delivers", told_by_sns)
    letters = told.get("RedrivePolicy", {}).get("deadLetterTargetArn")
    if letters:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
        sent = {"aws:SourceArn": topic}
        yield make.by_service("sns.amazonaws.com", "sqs:SendMessage", letters, f"{name}: SNS leaves what it cannot deliver", sent)


def a_function(make, world, function):
    told, account, region = function.properties, function.account, function.region
    role, name = told["Role"], f"subscriber of {account}/{region}"
    for sent in ({}, {"aws:SourceAccount": account}):
        yield make.by_service("lambda.amazonaws.com", "sts:AssumeRole", role, f"{name}: Lambda assumes the role", sent)
    # https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html; the code sends to the same queue.
    letters = told["DeadLetterConfig"]["TargetArn"]
    yield make.by_role(role, "sqs:SendMessage", letters, f"{name}: leaves what failed")
    group = told["LoggingConfig"]["LogGroup"]
    for asked in ("logs:CreateLogStream", "logs:PutLogEvents"):
        stream = f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:2026/11/28/a1b2c3"
        yield make.by_role(role, asked, stream, f"{name}: writes its log")
    variables = told["Environment"]["Variables"]
    build, own = world.bucket(variables["BUILD_BUCKET"]), world.bucket(variables["OWN_BUCKET"])
    assert own.key == variables["OWN_KEY"] and build.region == variables["BUILD_REGION"], name
    for asked in OF_THE_BUILD_BUCKET:
        yield make.by_role(role, asked, f"{build.arn}/{ARTIFACT}", f"{name}: reads an artifact upstream")
    for asked in OF_THE_OWN_BUCKET:
        yield make.by_role(role, asked, f"{own.arn}/{ARTIFACT}", f"{name}: keeps its copy")
    for asked in LISTS:
        yield make.by_role(role, asked, build.arn, f"{name}: lists upstream")
        yield make.by_role(role, asked, own.arn, f"{name}: lists its copies")
    yield from make.through_s3(role, "kms:Decrypt", build, ARTIFACT, f"{name}: S3 decrypts upstream for it")
    yield from make.write(role, own, ARTIFACT, f"{name}: writes its copy")
