"""Stacks as CloudFormation would make them: every reference of a template replaced by the name or ARN that it stands for."""

import json
import re
import uuid
from dataclasses import dataclass, field

# What is refused by CloudFormation is no value: `AWS::NoValue` takes the property away.
NOTHING = object()


@dataclass
class Stack:
    """A stack of the manifest, and its template."""

    id: str
    name: str
    account: str
    region: str
    service: str
    developer: str
    given: dict
    template: dict
    resources: dict = field(default_factory=dict)


@dataclass
class Resource:
    """A resource of a stack, with every reference resolved."""

    stack: Stack
    logical: str
    type: str
    properties: dict
    # None, if nothing refers to resources of its type.
    arn: str


def load(directory):
    """The team's name, its build account, and the stacks of an assembly by their id; `deploy` resolves them."""
    manifest = json.loads((directory / "manifest.json").read_text())
    stacks = {}
    for told in manifest["stacks"]:
        template = json.loads((directory / "templates" / f"{told['template']}.json").read_text())
        stacks[told["id"]] = Stack(
            told["id"], told["stackName"], told["account"], told["region"], told.get("service", ""),
            told.get("developer", ""), told["parameters"], template,
        )  # fmt: skip
    return manifest["team"], manifest["buildAccount"], stacks


def deploy(stacks):
    """Every resource of every stack."""
    resources = []
    for stack in stacks.values():
        resolver = Resolver(stacks, stack)
        for logical, told in stack.template["Resources"].items():
            if resolver.exists(told):
                properties = resolver.value(told.get("Properties", {}))
                arn = resolver.arn(logical)
                stack.resources[logical] = Resource(stack, logical, told["Type"], properties, arn)
                resources.append(stack.resources[logical])
    return resources


class Resolver:
    """Resolves what a template refers to, in the account and region of its stack."""

    def __init__(self, stacks, stack):
        self.stacks, self.stack = stacks, stack

    def exists(self, told):
        return "Condition" not in told or self.condition(told["Condition"])

    def value(self, told):
        if isinstance(told, list):
            return [value for value in map(self.value, told) if value is not NOTHING]
        if not isinstance(told, dict):
            return told
        if len(told) == 1:
            [(function, argument)] = told.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self.call(function, argument)
        resolved = {name: self.value(value) for name, value in told.items()}
        return {name: value for name, value in resolved.items() if value is not NOTHING}

    def call(self, function, argument):
        if function == "Ref":
            return self.reference(argument)
        if function == "Fn::GetAtt":
            resource, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self.attribute(resource, attribute)
        if function == "Fn::Sub":
            return self.substitute(argument)
        if function == "Fn::Join":
            separator, parts = argument
            return separator.join(self.value(parts))
        if function == "Fn::If":
            condition, then, otherwise = argument
            return self.value(then if self.condition(condition) else otherwise)
        raise NotImplementedError(f"{function} in {self.stack.id}")

    def condition(self, told):
        if isinstance(told, str):
            return self.condition(self.stack.template["Conditions"][told])
        [(function, argument)] = told.items()
        if function == "Condition":
            return self.condition(argument)
        if function == "Fn::Equals":
            left, right = self.value(argument)
            return left == right
        if function == "Fn::Not":
            return not self.condition(argument[0])
        if function == "Fn::Or":
            return any(map(self.condition, argument))
        if function == "Fn::And":
            return all(map(self.condition, argument))
        raise NotImplementedError(f"condition {function} in {self.stack.id}")

    def substitute(self, argument):
        text, variables = (argument, {}) if isinstance(argument, str) else argument

        def put(match):
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in variables:
                return self.value(variables[name])
            if "." in name:
                return self.attribute(*name.split(".", 1))
            return self.reference(name)

        return re.sub(r"\$\{([^}]+)\}", put, text)

    def reference(self, name):
        pseudo = {
            "AWS::AccountId": self.stack.account,
            "AWS::Region": self.stack.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.stack.name,
            "AWS::NoValue": NOTHING,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.stack.template.get("Parameters", {}):
            return self.parameter(name)
        return self.identify(name)[0]

    def parameter(self, name):
        declared = self.stack.template["Parameters"][name]
        given = self.stack.given.get(name)
        if given is None:
            value = declared["Default"]
        elif "output" in given:
            other = self.stacks[given["output"]["stack"]]
            value = Resolver(self.stacks, other).value(other.template["Outputs"][given["output"]["output"]]["Value"])
        else:
            value = given["value"]
        if declared["Type"] == "CommaDelimitedList":
            return value.split(",") if value else []
        return value

    def attribute(self, name, attribute):
        arn = self.identify(name)[1]
        if attribute not in ("Arn", "TopicArn") or arn is None:
            raise NotImplementedError(f"attribute {attribute} of {name} in {self.stack.id}")
        return arn

    def identify(self, name):
        """What `Ref` and `Fn::GetAtt …Arn` give of a resource: the section "Return values" of its type in CloudFormation's reference."""
        told = self.stack.template["Resources"][name]
        kind, account, region = told["Type"], self.stack.account, self.stack.region
        properties = told.get("Properties", {})

        def named(key):
            return self.value(properties[key])

        if kind == "AWS::S3::Bucket":
            return named("BucketName"), f"arn:aws:s3:::{named('BucketName')}"
        if kind == "AWS::IAM::Role":
            return named("RoleName"), f"arn:aws:iam::{account}:role{named('Path')}{named('RoleName')}"
        if kind == "AWS::IAM::ManagedPolicy":
            arn = f"arn:aws:iam::{account}:policy{named('Path')}{named('ManagedPolicyName')}"
            return arn, arn
        if kind == "AWS::KMS::Key":
            # Nobody chooses the id of a key.
            key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.stack.id}/{name}"))
            return key, f"arn:aws:kms:{region}:{account}:key/{key}"
        if kind == "AWS::SNS::Topic":
            arn = f"arn:aws:sns:{region}:{account}:{named('TopicName')}"
            return arn, arn
        if kind == "AWS::SQS::Queue":
            queue = named("QueueName")
            return f"https://sqs.{region}.amazonaws.com/{account}/{queue}", f"arn:aws:sqs:{region}:{account}:{queue}"
        if kind == "AWS::Lambda::Function":
            return named("FunctionName"), f"arn:aws:lambda:{region}:{account}:function:{named('FunctionName')}"
        if kind == "AWS::Logs::LogGroup":
            return named("LogGroupName"), f"arn:aws:logs:{region}:{account}:log-group:{named('LogGroupName')}:*"
        if kind == "AWS::CodeBuild::Project":
            return named("Name"), f"arn:aws:codebuild:{region}:{account}:project/{named('Name')}"
        if kind == "AWS::CodePipeline::Pipeline":
            return named("Name"), f"arn:aws:codepipeline:{region}:{account}:{named('Name')}"
        if kind == "AWS::Events::Rule":
            return named("Name"), f"arn:aws:events:{region}:{account}:rule/{named('Name')}"
        if kind == "AWS::CloudWatch::Alarm":
            return named("AlarmName"), f"arn:aws:cloudwatch:{region}:{account}:alarm:{named('AlarmName')}"
        return name, None

    def arn(self, name):
        return self.identify(name)[1]
