"""The commands of the pipeline that updates the team, as its projects have them, run by a shell against the local cloud."""

import json
import os
import shutil
import subprocess

import pytest

from conftest import ROOT

BUILD_ACCOUNT = "111111111111"
PROGRAM = ROOT / "target/debug/examples/team"


@pytest.fixture
def template(assembly):
    """The stack of the pipeline."""
    manifest = json.loads((assembly / "manifest.json").read_text())
    (stack,) = [stack for stack in manifest["stacks"] if stack["stackName"] == "acme-self-update"]
    return json.loads((assembly / "templates" / f"{stack['template']}.json").read_text())


@pytest.fixture
def projects(template):
    """The projects' build specifications, by their names."""
    resources = [resource["Properties"] for resource in template["Resources"].values() if resource["Type"] == "AWS::CodeBuild::Project"]
    return {project["Name"]: json.loads(project["Source"]["BuildSpec"]) for project in resources}


def build(spec, source, **variables):
    """What CodeBuild does: all commands in one shell, each phase ended by the first that fails; then its exported variables."""
    environment = {**os.environ, **variables}
    commands = [command for phase in spec["phases"].values() for command in phase["commands"]]
    exported = spec.get("env", {}).get("exported-variables", [])
    tell = [f'echo "{name}=${name}" >exported' for name in exported]
    script = "\n".join(f"{command} || exit $?" if "\n" not in command else command for command in commands + tell)
    done = subprocess.run(["sh", "-c", script], cwd=source, env=environment, capture_output=True, text=True)
    told = (source / "exported").read_text() if (source / "exported").exists() else ""
    return done, dict(line.split("=", 1) for line in told.split())


def artifacts(spec, source, target):
    """The files that go on to the next stage, without the right to run them."""
    base = source / spec["artifacts"].get("base-directory", ".")
    target.mkdir()
    for name in spec["artifacts"]["files"]:
        shutil.copyfile(base / name, target / name)


def test_what_is_built_plans_and_deploys(projects, local, tmp_path):
    source = tmp_path / "repository"
    source.mkdir()
    # A cargo that makes what the real one would: it takes minutes, and its own tests.
    cargo = tmp_path / "tools"
    cargo.mkdir()
    (cargo / "cargo").write_text(
        f'#!/bin/sh\ntest "$*" = "install --locked --path . --root built" || exit 9\nmkdir -p built/bin\ncp {PROGRAM} built/bin/delivery\n'
    )
    (cargo / "cargo").chmod(0o755)
    spec = projects["acme-self-update-build"]
    done, _ = build(spec, source, PATH=f"{cargo}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    account = {"AWS_ENDPOINT_URL": local, "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    account["AWS_ACCESS_KEY_ID"] = BUILD_ACCOUNT

    def stage(name, **variables):
        place = tmp_path / name
        if place.exists():
            shutil.rmtree(place)
        artifacts(spec, source, place)
        return build(projects[f"acme-self-update-{name}"], place, **account, **variables)

    # Somebody makes the pipeline.
    command = [PROGRAM, "deploy", "--account-keys", "--only", "acme-self-update", "--out", tmp_path / "out"]
    subprocess.run(command, env={**os.environ, **account}, check=True, capture_output=True)
    # All others are new: somebody has to be asked, and without that nothing is deployed.
    planned, told = stage("plan")
    assert planned.returncode == 0, planned.stderr
    assert told == {"SECURITY_CHANGES": "yes"}
    assert "changes of who may do what" in planned.stdout
    refused, _ = stage("deploy", SECURITY_CHANGES="no")
    assert refused.returncode == 1 and "nobody can be asked here" in refused.stderr
    deployed, _ = stage("deploy", SECURITY_CHANGES="yes")
    assert deployed.returncode == 0, deployed.stderr
    assert "27 created" in deployed.stderr
    # Now there is nothing to ask, and nothing to do.
    planned, told = stage("plan")
    assert planned.returncode == 0, planned.stderr
    assert told == {"SECURITY_CHANGES": "no"}
    deployed, _ = stage("deploy", SECURITY_CHANGES="no")
    assert deployed.returncode == 0, deployed.stderr
    assert "nothing to do" in deployed.stderr


def test_another_teams_program_is_refused(local, tmp_path):
    subprocess.run(["cargo", "build", "--quiet", "--example", "fleet"], cwd=ROOT, check=True)
    command = [PROGRAM.parent / "fleet", "plan", "--role", "acme/plan/acme-plan", "--variables", tmp_path / "plan.env"]
    environment = {**os.environ, "DEVELOPERS": "1", "SERVICES": "1", "AWS_ENDPOINT_URL": local}
    environment |= {"AWS_ACCESS_KEY_ID": BUILD_ACCOUNT, "AWS_SECRET_ACCESS_KEY": "test"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "refused: this is the program of team `fleet`, and the pipeline that of team `acme`" in done.stderr
    assert not (tmp_path / "plan.env").exists()


def test_a_pipeline_that_is_elsewhere_is_refused(local, tmp_path):
    command = [PROGRAM, "plan", "--role", "acme/plan/acme-plan", "--variables", tmp_path / "plan.env"]
    environment = {**os.environ, "AWS_ENDPOINT_URL": local}
    environment |= {"AWS_ACCESS_KEY_ID": BUILD_ACCOUNT, "AWS_SECRET_ACCESS_KEY": "test"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "refused: the pipeline that runs this is not where the program says" in done.stderr
    assert not (tmp_path / "plan.env").exists()


def test_a_package_with_two_programs_is_refused(projects, tmp_path):
    (tmp_path / "cargo").write_text("#!/bin/sh\nmkdir -p built/bin\ntouch built/bin/a built/bin/b\n")
    (tmp_path / "cargo").chmod(0o755)
    done, _ = build(projects["acme-self-update-build"], tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode != 0
    assert "the package makes 2 programs" in done.stdout


def test_a_plan_that_cannot_be_made_ends_the_execution(projects, tmp_path):
    (tmp_path / "program").write_text("#!/bin/sh\nexit 1\n")
    done, told = build(projects["acme-self-update-plan"], tmp_path)
    assert done.returncode != 0
    assert told == {}


def test_somebody_is_asked_unless_the_plan_says_that_nobody_has_to(template):
    pipeline = template["Resources"]["Pipeline"]["Properties"]
    stages = {stage["Name"]: stage for stage in pipeline["Stages"]}
    assert list(stages) == ["Source", "Build", "Plan", "Approve", "Deploy"]
    (condition,) = stages["Approve"]["BeforeEntry"]["Conditions"]
    assert condition["Result"] == "SKIP"
    (rule,) = condition["Rules"]
    assert rule["Configuration"] == {"Variable": "#{Plan.SECURITY_CHANGES}", "Operator": "NE", "Value": "no"}
    (plan,) = stages["Plan"]["Actions"]
    assert plan["Namespace"] == "Plan"
    (deploy,) = stages["Deploy"]["Actions"]
    (variable,) = json.loads(deploy["Configuration"]["EnvironmentVariables"])
    assert variable["value"] == "#{Plan.SECURITY_CHANGES}"
    assert deploy["InputArtifacts"] == plan["InputArtifacts"]
