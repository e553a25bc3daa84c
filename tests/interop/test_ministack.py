"""The example team over real HTTP: every stack whose types the emulator knows, by the CLI as users run it."""

import json
import os
import subprocess

import boto3

from conftest import ROOT

# What ministack has no service for; a stack with one of these is refused as a whole.
UNKNOWN = {"AWS::CodePipeline::Pipeline"}


def client(url, service, account, region):
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
    )


def deploy(url, out):
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "111111111111",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    command = ["cargo", "run", "--quiet", "--example", "team", "--"]
    command += ["deploy", "--account-keys", "--json", "--out", str(out)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    events = [json.loads(line) for line in run.stdout.splitlines()]
    return {event["stack"]: event for event in events if event["event"] in ("finished", "failed", "skipped")}


def test_every_stack_that_it_knows(ministack, assembly, tmp_path):
    stacks = json.loads((assembly / "manifest.json").read_text())["stacks"]
    templates = {
        stack["id"]: json.loads((assembly / "templates" / f"{stack['template']}.json").read_text())
        for stack in stacks
    }
    known = {
        stack["id"]
        for stack in stacks
        if not UNKNOWN & {resource["Type"] for resource in templates[stack["id"]]["Resources"].values()}
    }
    assert len(known) == 20

    first = deploy(ministack, tmp_path)
    created = {stack for stack, event in first.items() if event.get("outcome") == "created"}
    assert created == known, {stack: event for stack, event in first.items() if event["event"] == "failed"}
    for stack, event in first.items():
        if stack not in known:
            assert "Unrecognized resource types: [AWS::CodePipeline::Pipeline]" in event["error"]

    # Accounts and regions are kept apart: each holds its own stacks, and no other.
    for account, region in {(stack["account"], stack["region"]) for stack in stacks}:
        here = client(ministack, "cloudformation", account, region)
        found = {stack["StackName"] for stack in here.describe_stacks()["Stacks"]}
        prefix = f"{account}/{region}/"
        assert {f"{prefix}{name}" for name in found} & known == {id for id in known if id.startswith(prefix)}

    # What is known only after creation was carried from stack to stack.
    build = client(ministack, "cloudformation", "111111111111", "us-east-1")
    outputs = build.describe_stacks(StackName="acme-build")["Stacks"][0]["Outputs"]
    key = next(output["OutputValue"] for output in outputs if output["OutputKey"] == "KeyArn")
    developer = client(ministack, "cloudformation", "666666666666", "eu-west-1")
    parameters = developer.describe_stacks(StackName="acme-developer")["Stacks"][0]["Parameters"]
    carried = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in parameters}
    assert carried["BuildKeyArn"] == key
    assert carried["HeldKeys"] == "billing/billing.zip"

    # The backfill ran. The emulator denies what a bucket policy grants to a *role* of another account, so the
    # wish must stand in the dead-letter queue, and the stack must stand all the same.
    sqs = client(ministack, "sqs", "666666666666", "eu-west-1")
    queue = sqs.get_queue_url(QueueName="acme-dead-letters")["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=queue).get("Messages", [])
    assert json.loads(message["Body"]) == {"Backfill": {"Held": ["billing/billing.zip"], "Released": []}}

    # A second run changes nothing.
    second = deploy(ministack, tmp_path)
    assert {stack for stack, event in second.items() if event.get("outcome") == "unchanged"} == known
