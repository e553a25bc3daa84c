"""Rehearsals with the subscriber's real code, and with its twin in Rust: the same, line by line."""

import json
import os
import shutil
import subprocess
import sys

import boto3
import pytest

from conftest import ROOT, free_port, server

TEAM = ROOT / "target" / "debug" / "examples" / "team"
FLEET = ROOT / "target" / "debug" / "examples" / "fleet"

SCENARIOS = [
    ["orders"],
    ["billing", "--approve"],
    ["orders", "--by", "alice"],
    ["orders", "--by", "alice", "--while-held", "--twice", "--late-event", "--account-down", "bob", "--approve"],
    ["billing", "--late-event", "--account-down", "alice", "--account-down", "carol", "--seed", "7"],
    ["orders", "--while-held", "--fail", "development", "--seed", "11", "--twice"],
]


@pytest.fixture(scope="session")
def deployed(tmp_path_factory):
    subprocess.run(["cargo", "build", "--quiet", "--example", "team"], cwd=ROOT, check=True)
    out = tmp_path_factory.mktemp("deployed")
    subprocess.run([TEAM, "deploy", "--local", "--out", out], check=True, capture_output=True)
    return out


def rehearse(out, *arguments):
    ended = subprocess.run(
        [TEAM, "rehearse", *arguments, "--json", "--out", out], capture_output=True, text=True, check=True
    )
    assert "twin" not in ended.stderr
    return ended.stdout


@pytest.mark.parametrize("scenario", SCENARIOS, ids=" ".join)
def test_the_twin_does_what_the_real_code_does(deployed, tmp_path, scenario):
    real, twin = tmp_path / "real", tmp_path / "twin"
    for out in (real, twin):
        shutil.copytree(deployed, out)
    # One after the other, so that the second finds what the first left.
    for again in (scenario, ["orders"]):
        by_python = rehearse(real, *again, "--python", sys.executable)
        by_twin = rehearse(twin, *again, "--without-python")
        assert by_python == by_twin
    assert '"what":"copies' in by_python


def test_both_leave_what_the_program_has_left_where_it_is(tmp_path):
    """A service is out of the program and not pruned: it is built, and comes to no developer."""
    subprocess.run(["cargo", "build", "--quiet", "--example", "fleet"], cwd=ROOT, check=True)

    def fleet(services, *arguments):
        environment = {**os.environ, "DEVELOPERS": "2", "SERVICES": services}
        return subprocess.run([FLEET, *arguments], env=environment, capture_output=True, text=True, check=True).stdout

    real, twin = tmp_path / "real", tmp_path / "twin"
    for services in ("2", "1"):
        fleet(services, "deploy", "--local", "--out", real)
    shutil.copytree(real, twin)
    # Its own program still knows it, and all stacks stand.
    rehearse = ["rehearse", "service-1", "--json"]
    by_python = fleet("2", *rehearse, "--python", sys.executable, "--out", real)
    by_twin = fleet("2", *rehearse, "--without-python", "--out", twin)
    assert by_python == by_twin
    assert by_python.count("stays away") == 2 and "the program does not have it any more" in by_python
    assert '"what":"copies' not in by_python


def test_without_boto3_the_twin_runs_and_says_so(deployed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(deployed, out)
    ended = subprocess.run(
        [TEAM, "rehearse", "orders", "--python", "/bin/false", "--out", out], capture_output=True, text=True, check=True
    )
    assert "the subscriber's twin in Rust runs in its place" in ended.stderr
    assert "current" in ended.stdout


def test_code_that_is_not_the_programs_is_not_run(deployed, tmp_path):
    """Whoever could change a stack of the local cloud could run anything on this machine."""
    out, marker = tmp_path / "out", tmp_path / "marker"
    shutil.copytree(deployed, out)
    port = free_port()
    with server([str(TEAM), "local", "serve", "--port", str(port), "--out", str(out)], port) as url:
        client = boto3.client(
            "cloudformation",
            "us-east-1",
            endpoint_url=url,
            aws_access_key_id="555555555555",
            aws_secret_access_key="local",
        )
        stack = client.describe_stacks(StackName="acme-developer")["Stacks"][0]
        template = client.get_template(StackName="acme-developer")["TemplateBody"]
        template = json.loads(template) if isinstance(template, str) else dict(template)
        functions = [each for each in template["Resources"].values() if each["Type"] == "AWS::Lambda::Function"]
        code = f"open({str(marker)!r}, 'w').write('run')\ndef handler(event, context):\n    return {{}}\n"
        functions[0]["Properties"]["Code"]["ZipFile"] = code
        client.create_change_set(
            StackName="acme-developer",
            ChangeSetName="evil",
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in stack["Parameters"]],
            Tags=stack["Tags"],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        client.execute_change_set(StackName="acme-developer", ChangeSetName="evil")
        client.get_waiter("stack_update_complete").wait(StackName="acme-developer", WaiterConfig={"Delay": 1})
    ended = subprocess.run(
        [TEAM, "rehearse", "orders", "--python", sys.executable, "--out", out], capture_output=True, text=True
    )
    assert not marker.exists()
    assert "is not the program's, and is not run" in ended.stdout + ended.stderr


def test_functions_see_nothing_of_the_environment(deployed, tmp_path):
    """The Python that runs functions has what it needs to start, and no keys."""
    out, python, seen = tmp_path / "out", tmp_path / "python", tmp_path / "seen"
    shutil.copytree(deployed, out)
    python.write_text(f'#!/bin/sh\nenv > {seen}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    environment = {**os.environ, "AWS_SECRET_ACCESS_KEY": "of-the-caller", "GITHUB_TOKEN": "of-the-caller"}
    command = [TEAM, "rehearse", "orders", "--python", python, "--out", out]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    assert "PATH=" in seen.read_text() and "of-the-caller" not in seen.read_text()
