"""What the stacks make together: who there is, what there is, and which policy stands on what."""

from dataclasses import dataclass, field

from .cloudformation import deploy

# The policy of a topic without one: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
OWNER_OF_A_TOPIC = ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic"]


@dataclass
class Role:
    arn: str
    account: str
    region: str
    service: str
    developer: str
    trust: dict
    policies: list
    boundary: dict = None

    @property
    def family(self):
        """Account and path: roles of one kind."""
        return self.arn.rsplit("/", 1)[0]

    @property
    def kind(self):
        """The last part of the path: `build`, `action`, `deployment`, …"""
        return self.family.rsplit("/", 1)[1]


@dataclass
class Thing:
    """Anything that has an ARN: a bucket, a key, a topic, …"""

    arn: str
    account: str
    region: str
    properties: dict
    service: str = ""
    policy: dict = None
    # Of a bucket: the key that it encrypts with.
    key: str = None


@dataclass
class World:
    team: str
    build_account: str
    stacks: dict
    organization: str = None
    roles: dict = field(default_factory=dict)
    buckets: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    topics: dict = field(default_factory=dict)
    queues: dict = field(default_factory=dict)
    functions: dict = field(default_factory=dict)
    projects: dict = field(default_factory=dict)
    pipelines: dict = field(default_factory=dict)
    rules: dict = field(default_factory=dict)
    logs: dict = field(default_factory=dict)
    alarms: dict = field(default_factory=dict)
    boundaries: dict = field(default_factory=dict)
    subscriptions: list = field(default_factory=list)
    backfills: list = field(default_factory=list)

    @property
    def accounts(self):
        return sorted({stack.account for stack in self.stacks.values()})

    @property
    def developers(self):
        return sorted({stack.account for stack in self.stacks.values() if stack.developer})

    def bucket(self, arn_or_name):
        return self.buckets[arn_or_name.removeprefix("arn:aws:s3:::").split("/")[0]]

    def policy_of(self, action, resource):
        """The policy that AWS asks besides the identity's; for `sts:AssumeRole`, the trust policy."""
        service = action.split(":")[0]
        if service == "s3":
            bucket = self.buckets.get(resource.removeprefix("arn:aws:s3:::").split("/")[0])
            return bucket and bucket.policy
        if service == "kms":
            return self.keys[resource].policy if resource in self.keys else default_key_policy(resource)
        if service == "sts":
            return self.roles[resource].trust if resource in self.roles else None
        for things, name in ((self.topics, "sns"), (self.queues, "sqs"), (self.functions, "lambda")):
            if service == name and resource in things:
                return things[resource].policy
        return None


def default_key_policy(arn):
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""
    root = f"arn:aws:iam::{arn.split(':')[4]}:root"
    return policy({"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"})


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


KINDS = {
    "AWS::S3::Bucket": "buckets",
    "AWS::KMS::Key": "keys",
    "AWS::SNS::Topic": "topics",
    "AWS::SQS::Queue": "queues",
    "AWS::Lambda::Function": "functions",
    "AWS::CodeBuild::Project": "projects",
    "AWS::CodePipeline::Pipeline": "pipelines",
    "AWS::Events::Rule": "rules",
    "AWS::Logs::LogGroup": "logs",
    "AWS::CloudWatch::Alarm": "alarms",
}


def build(team, build_account, stacks, organization=None):
    """The world of an assembly."""
    world = World(team, build_account, stacks, organization)
    resources = deploy(stacks)
    for made in resources:
        stack, properties, arn = made.stack, made.properties, made.arn
        if made.type == "AWS::IAM::Role":
            policies = [inline["PolicyDocument"] for inline in properties.get("Policies", [])]
            assert not properties.get("ManagedPolicyArns"), f"{arn} has managed policies, which are not read here"
            trust = trusted(properties["AssumeRolePolicyDocument"], arn)
            world.roles[arn] = Role(arn, stack.account, stack.region, stack.service, stack.developer, trust, policies)
        elif made.type == "AWS::IAM::ManagedPolicy":
            world.boundaries[arn] = Thing(arn, stack.account, stack.region, properties, stack.service)
        elif made.type in KINDS:
            things = getattr(world, KINDS[made.type])
            name = properties["BucketName"] if made.type == "AWS::S3::Bucket" else arn
            things[name] = Thing(arn, stack.account, stack.region, properties, stack.service)
        elif made.type == "AWS::SNS::Subscription":
            world.subscriptions.append(made)
        elif made.type.startswith("Custom::"):
            world.backfills.append(made)
    for made in resources:
        attach(world, made)
    for key in world.keys.values():
        key.policy = key.properties["KeyPolicy"]
    for bucket in world.buckets.values():
        [rule] = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        bucket.key = rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
    for topic in world.topics.values():
        owner = {"StringEquals": {"AWS:SourceOwner": topic.account}}
        statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": OWNER_OF_A_TOPIC, "Resource": topic.arn}
        topic.policy = topic.policy or policy({**statement, "Condition": owner})
    return world


def trusted(document, arn):
    """A trust policy names no resource; the role that it stands on is meant."""
    assert all("Resource" not in statement for statement in document["Statement"]), arn
    return document


def attach(world, made):
    """Puts a policy onto what it is for."""
    properties = made.properties
    if made.type == "AWS::S3::BucketPolicy":
        world.buckets[properties["Bucket"]].policy = properties["PolicyDocument"]
    elif made.type == "AWS::SNS::TopicPolicy":
        for topic in properties["Topics"]:
            world.topics[topic].policy = properties["PolicyDocument"]
    elif made.type == "AWS::SQS::QueuePolicy":
        for url in properties["Queues"]:
            account, name = url.split("/")[-2:]
            region = url.split(".")[1]
            world.queues[f"arn:aws:sqs:{region}:{account}:{name}"].policy = properties["PolicyDocument"]
    elif made.type == "AWS::Lambda::Permission":
        function = f"arn:aws:lambda:{made.stack.region}:{made.stack.account}:function:{properties['FunctionName']}"
        # Lambda makes a statement of it: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
        conditions = {}
        if "SourceArn" in properties:
            conditions["ArnLike"] = {"aws:SourceArn": properties["SourceArn"]}
        if "SourceAccount" in properties:
            conditions["StringEquals"] = {"aws:SourceAccount": properties["SourceAccount"]}
        statement = {
            "Effect": "Allow", "Principal": {"Service": properties["Principal"]},
            "Action": properties["Action"], "Resource": function, "Condition": conditions,
        }  # fmt: skip
        before = world.functions[function].policy or policy()
        world.functions[function].policy = policy(*before["Statement"], statement)
