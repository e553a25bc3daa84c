"""Installs the evaluator, asks it, and says which answers are wrong."""

import fcntl
import hashlib
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .request import Request
from .world import policy

HERE = Path(__file__).parent
# As many as there are cores on a small machine.
PROCESSES = 2
ANYTHING = "anything"


def install(cache):
    """The packages that the lock names, in a folder of the cache that is named for the lock."""
    npm = shutil.which("npm")
    assert npm and shutil.which("node"), "the independent evaluation of access needs Node and npm: install them"
    lock = (HERE / "package-lock.json").read_bytes()
    folder = cache / f"iam-simulate-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as busy:
        # Tests that run side by side install once.
        fcntl.flock(busy, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            assert made.returncode == 0, f"{' '.join(command)}: {made.stderr}"
            (folder / "done").touch()
    return folder


@dataclass
class Answer:
    request: Request
    allowed: bool
    why: str

    def __str__(self):
        return f"{self.request}\n    {'allowed' if self.allowed else 'denied'}: {self.why or 'no policy was asked'}"


class Evaluator:
    """Answers requests in a world."""

    def __init__(self, installed, world):
        self.installed, self.world = installed, world

    def wrong(self, requests, expected):
        """The answers that are not as expected."""
        requests = list(requests)
        with ThreadPoolExecutor(PROCESSES) as processes:
            parts = [requests[first::PROCESSES] for first in range(PROCESSES)]
            answered = zip(parts, processes.map(lambda part: self.ask(part, expected), parts), strict=True)
            answers = [answer for part, told in answered for answer in self.read(part, told)]
        return [answer for answer in answers if answer.allowed != expected]

    def ask(self, requests, expected):
        policies = {ANYTHING: policy({"Effect": "Allow", "Action": "*", "Resource": "*"})}
        written = [self.written(request, policies) for request in requests]
        asked = json.dumps({"requests": written, "policies": policies, "expected": expected})
        command = ["node", str(HERE / "evaluate.mjs"), str(self.installed)]
        told = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
        assert told.returncode == 0, f"{' '.join(command)}: {told.stderr}"
        return told.stdout

    def written(self, request, policies):
        """A request for the evaluator, with the policies that decide it; each policy is sent once."""
        world = self.world
        identity = []
        role = world.roles.get(request.who)
        if request.identity == ANYTHING:
            identity.append(ANYTHING)
        elif role:
            for position, document in enumerate(role.policies):
                identity.append(f"policy {position} of {role.arn}")
                policies[identity[-1]] = document
        on_resource = world.policy_of(request.action, request.resource)
        named = f"{request.action.split(':')[0]} policy of {request.place}" if on_resource else None
        if on_resource:
            policies[named] = on_resource
        if request.boundary:
            policies[request.boundary] = world.boundaries[request.boundary].properties["PolicyDocument"]
        bucket = world.buckets.get(request.place.removeprefix("arn:aws:s3:::")) if request.action.startswith("s3:") else None
        blocks = bucket.properties.get("PublicAccessBlockConfiguration", {}) if bucket else {}
        return {
            "principal": request.who,
            "action": request.action,
            "resource": request.resource,
            "owner": request.owner,
            "context": request.context,
            "identity": identity,
            "resourcePolicy": named,
            "boundary": request.boundary,
            "blockPublicAccess": blocks.get("RestrictPublicBuckets", False),
        }

    def read(self, requests, told):
        answers = []
        for request, answer in zip(requests, json.loads(told), strict=True):
            assert "error" not in answer, f"AWS is never asked this: {answer['error']}\n{request}"
            answers.append(Answer(request, answer["allowed"], answer["why"]))
        return answers
