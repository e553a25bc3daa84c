"""A second opinion on access: `independent_iam/` reads requests off the templates, and an evaluator that is not ours answers them.

What must be allowed is allowed, what must be denied is denied, and a template that is changed for the worse is noticed.
"""

import os
import subprocess
from collections import Counter
from dataclasses import dataclass

import pytest

from conftest import ROOT
from independent_iam import cloudformation, evaluator, forbidden, world
from independent_iam.examples import SAID
from independent_iam.needs import Needs
from independent_iam.request import Requests

# Fewer than these would mean that something is not read any more.
AT_LEAST = {"team": (1700, 27_000), "builds": (700, 18_000), "serverless": (650, 13_000)}


@pytest.fixture(scope="session")
def installed():
    return evaluator.install(ROOT / "target")


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory):
    """The assembly of an example; made once, by the program that is built already if `EXAMPLES` says where."""
    made = {}

    def synthesize(example):
        if example not in made:
            out = tmp_path_factory.mktemp(example)
            built = os.environ.get("EXAMPLES")
            program = [f"{built}/{example}"] if built else ["cargo", "run", "--quiet", "--example", example, "--"]
            subprocess.run([*program, "synth", "--out", str(out)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            made[example] = out
        return made[example]

    return synthesize


@dataclass
class Judge:
    """An example, and who answers for it."""

    said: object
    world: object
    make: object
    needs: object
    evaluator: object

    def forbidden(self, kinds=tuple(forbidden.MODULES)):
        return list(forbidden.requests(self.make, self.world, self.needs, self.said, kinds))


@pytest.fixture
def judge(installed, synthesized):
    def judge_of(example, change=None):
        team, account, stacks = cloudformation.load(synthesized(example))
        if change:
            change(stacks)
        said = SAID[example]
        there = world.build(team, account, stacks, said.organization)
        make = Requests(there)
        return Judge(said, there, make, Needs(make, there, said), evaluator.Evaluator(installed, there))

    return judge_of


def told(wrong, asked):
    """The first wrong answers in full, and how many there are of what."""
    shown = "\n".join(str(answer) for answer in wrong[:15])
    counted = Counter((answer.request.action, answer.request.who.split("/")[-2:][0]) for answer in wrong)
    return f"{len(wrong)} of {len(asked)} answers are wrong:\n{shown}\n{counted.most_common()}"


@pytest.mark.parametrize("example", SAID)
def test_what_is_needed_is_allowed(judge, example):
    judged = judge(example)
    asked = judged.needs.requests
    wrong = judged.evaluator.wrong(asked, expected=True)
    assert not wrong, told(wrong, asked)
    assert len(asked) >= AT_LEAST[example][0]
    print(f"{example}: {len(asked)} requests must be allowed, and are")


@pytest.mark.parametrize("example", SAID)
def test_what_is_forbidden_is_denied(judge, example):
    judged = judge(example)
    asked = judged.forbidden()
    wrong = judged.evaluator.wrong(asked, expected=False)
    assert not wrong, told(wrong, asked)
    assert len(asked) >= AT_LEAST[example][1]
    print(f"{example}: {len(asked)} requests must be denied, and are")


def resource(stacks, stack, logical):
    return stacks[stack].template["Resources"][logical]["Properties"]


def statements(properties):
    """Those of a role's policy, a bucket's or a key's."""
    if "Policies" in properties:
        return properties["Policies"][0]["PolicyDocument"]["Statement"]
    return (properties.get("PolicyDocument") or properties["KeyPolicy"])["Statement"]


def without(stack, logical, sid):
    """Takes a statement out."""

    def change(stacks):
        found = statements(resource(stacks, stack, logical))
        [taken] = [statement for statement in found if statement["Sid"] == sid]
        found.remove(taken)

    return change


def more(stack, logical, **statement):
    """Puts a statement in."""
    return lambda stacks: statements(resource(stacks, stack, logical)).append({"Sid": "More", "Effect": "Allow", **statement})


def unconditional(stack, logical, sid, trust=False):
    """Takes the condition off a statement."""

    def change(stacks):
        properties = resource(stacks, stack, logical)
        found = properties["AssumeRolePolicyDocument"]["Statement"] if trust else statements(properties)
        [statement] = [statement for statement in found if statement["Sid"] == sid]
        del statement["Condition"]

    return change


BUILD, TARGET = "111111111111/us-east-1/", "222222222222/us-east-1/"
LESS = {
    "the role of the deployment is not passed": (
        "serverless", without(f"{TARGET}initech-target-orders", "ActionRole", "PassDeploymentRole"), "iam:PassRole",
    ),
    "the key does not know the subscribers": (
        "team", without(f"{BUILD}acme-build", "Key", "SubscribersDecryptBuilds"), "kms:Decrypt",
    ),
    "a build may not upload": ("builds", without(f"{BUILD}globex-service-web", "BuildRole", "PutArtifacts"), "s3:PutObject"),
    "the store does not admit its targets": (
        "serverless", without(f"{BUILD}initech-build", "ArtifactBucketPolicy", "TargetsReadArtifacts"), "s3:GetObject",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", LESS)
def test_less_is_noticed(judge, change):
    example, make_worse, action = LESS[change]
    judged = judge(example, make_worse)
    asked = [request for request in judged.needs.requests if request.action == action]
    assert judged.evaluator.wrong(asked, expected=True)


DEVELOPER = {"AWS": "arn:aws:iam::555555555555:root"}
MORE = {
    "a pull request reads everything": (
        "builds", more(f"{BUILD}globex-service-web", "ChecksRole", Action="s3:*", Resource="*"), "builds", "s3:GetObject",
    ),
    "a build reads every secret": (
        "builds",
        more(f"{BUILD}globex-service-web", "BuildRole", Action="secretsmanager:GetSecretValue", Resource="*"),
        "builds", "secretsmanager:GetSecretValue",
    ),
    "a developer writes to the build bucket": (
        "serverless",
        more(f"{BUILD}initech-build", "BuildBucketPolicy", Principal=DEVELOPER, Action="s3:PutObject",
             Resource="arn:aws:s3:::initech-build-111111111111-us-east-1-an/*"),
        "elsewhere", "s3:PutObject",
    ),
    "everybody in the account is the pipeline": (
        "serverless", unconditional(f"{TARGET}initech-target-orders", "ActionRole", "PipelineAssumes", trust=True),
        "elsewhere", "sts:AssumeRole",
    ),
    "roles have no boundary": (
        "serverless", unconditional(f"{TARGET}initech-target-orders", "DeploymentRole", "MakeBoundedRoles"),
        "deployments", "iam:CreateRole",
    ),
    "a deployment changes the pipeline's role": (
        "serverless",
        more(f"{TARGET}initech-target-orders", "DeploymentRole", Action="iam:UpdateAssumeRolePolicy", Resource="*"),
        "at home", "iam:UpdateAssumeRolePolicy",
    ),
    "CodeBuild acts for strangers": (
        "builds", unconditional(f"{BUILD}globex-service-web", "BuildRole", "ServiceAssumes", trust=True), "services", "sts:AssumeRole",
    ),
    "artifacts go over http": (
        "builds", without(f"{BUILD}globex-build", "BuildBucketPolicy", "RefuseUnencryptedTransport"), "misuse", "s3:PutObject",
    ),
    "every job of the provider uploads": (
        "builds", unconditional(f"{BUILD}globex-service-search", "UploadRole", "JobsAssume", trust=True),
        "uploads", "sts:AssumeRoleWithWebIdentity",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", MORE)
def test_more_is_noticed(judge, change):
    example, make_worse, kind, action = MORE[change]
    judged = judge(example, make_worse)
    asked = [request for request in judged.forbidden([kind]) if request.action == action]
    assert judged.evaluator.wrong(asked, expected=False)
