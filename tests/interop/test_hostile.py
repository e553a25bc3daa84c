"""Endpoints that do everything but answer: each command ends by itself, with an error that a person can act on, and tells no secret."""

import concurrent.futures
import os
import subprocess
import time

import pytest

import hostile
from conftest import ROOT

COMMANDS = ["plan", "status", "destroy --yes", "deploy --yes", "deploy --prune --yes"]
# With account keys nobody is asked who one is, and CloudFormation is the first to answer.
ACCESS = ["", "--account-keys"]
SECRETS = ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG", "IQoJb3JpZ2luX2VjEJr"]
LONGEST = 120


def run(behaviour, command, out):
    """How a command ends against an endpoint that behaves so."""
    with hostile.server(hostile.BEHAVIOURS[behaviour]) as url:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(out),
            "AWS_ACCESS_KEY_ID": SECRETS[0],
            "AWS_SECRET_ACCESS_KEY": SECRETS[1],
            "AWS_SESSION_TOKEN": SECRETS[2] * 6,
            "AWS_ENDPOINT_URL": url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        program = str(ROOT / "target" / "debug" / "examples" / "team")
        begun = time.monotonic()
        done = subprocess.run(
            [program, *command.split(), "--out", str(out / "out")],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST + 60,
        )
        return done.returncode, (done.stdout + done.stderr).decode(), time.monotonic() - begun


@pytest.mark.parametrize("access", ACCESS)
def test_every_command_ends(access, tmp_path):
    with concurrent.futures.ThreadPoolExecutor(24) as workers:
        runs = {}
        for behaviour in hostile.BEHAVIOURS:
            for command in COMMANDS:
                out = tmp_path / str(len(runs))
                out.mkdir()
                whole = f"{command} {access}"
                runs[behaviour, whole] = workers.submit(run, behaviour, whole, out)
        for (behaviour, command), ended in runs.items():
            code, said, took = ended.result()
            told = f"`{command}` against an endpoint that {behaviour}: {code} after {took:.0f} s: {said[:3000]}"
            assert code == 1, told
            assert took < LONGEST, told
            assert "error: " in said and "panicked" not in said, told
            assert not any(secret in said for secret in SECRETS), told
            assert "\x1b" not in said and len(said) < 20_000, told
