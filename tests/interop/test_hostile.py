"""Endpoints that do everything but answer: each command ends by itself, with an error that a person can act on, and tells no secret."""

import concurrent.futures
import itertools
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
TOKEN = SECRETS[2] + "AbCdEfGhIjKlMnOpQrStUvWxYz/0123456789+" * 3
# So much of it must not be seen.
PART = 12
LONGEST = 120
# These endpoints answer all that these commands ask: they end as against AWS, without an error.
ANSWERED = {
    ("answers nothing to what is asked next", "plan --account-keys"): 2,
    ("answers nothing to what is asked next", "destroy --yes --account-keys"): 0,
    ("has stacks that cannot be made anew", "plan --account-keys"): 2,
    ("has stacks that stay", "plan --account-keys"): 2,
}
# Here one stack waits to its limit for its deletion, and another then to its own.
TWO_LIMITS = [
    ("has stacks that cannot be made anew", "deploy --prune --yes --account-keys"),
    ("has stacks that stay", "deploy --prune --yes --account-keys"),
    ("has stacks of another name", "deploy --prune --yes --account-keys"),
    ("has stacks of another name", "destroy --yes --account-keys"),
    ("has change sets that never begin", "deploy --prune --yes --account-keys"),
]
# Where a stack's own limit is what ends it.
MORE_COMMANDS = ["check", "sync alice", "redrive", "status --call-timeout 20"]


def run(behaviour, command, out):
    """How a command ends against an endpoint that behaves so."""
    behave = {**hostile.BEHAVIOURS, **hostile.MORE_BEHAVIOURS, **hostile.SESSIONS}[behaviour]
    with hostile.server(behave) as url:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(out),
            "AWS_ACCESS_KEY_ID": SECRETS[0],
            "AWS_SECRET_ACCESS_KEY": SECRETS[1],
            "AWS_SESSION_TOKEN": TOKEN,
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
            timeout=LONGEST * 2 + 60,
        )
        return done.returncode, (done.stdout + done.stderr).decode(), time.monotonic() - begun


def check(behaviour, command, code, said, took):
    """Whether it ended as it should: by itself, with an error that says how to mend it, and without a secret."""
    told = f"`{command}` against an endpoint that {behaviour}: {code} after {took:.0f} s: {said[:3000]}"
    # What is not deployed has a code of its own.
    not_deployed = command.startswith("status") and "the team is not deployed, or not everywhere" in said
    answered = ANSWERED.get((behaviour, command))
    assert code == (answered if answered is not None else 4 if not_deployed else 1), told
    assert took < LONGEST * (2 if (behaviour, command) in TWO_LIMITS else 1), told
    assert (answered is not None) != ("error: " in said) and "panicked" not in said, told
    assert not any(secret in said for secret in SECRETS), told
    assert not any(TOKEN[at : at + PART] in said for at in range(len(TOKEN) - PART)), told
    moving = [letter for letter in said if not letter.isprintable() and letter not in "\n\t"]
    assert not moving and len(said) < 20_000, told


def check_all(pairs, tmp_path):
    with concurrent.futures.ThreadPoolExecutor(24) as workers:
        runs = {}
        for behaviour, command in pairs:
            out = tmp_path / str(len(runs))
            out.mkdir()
            runs[behaviour, command] = workers.submit(run, behaviour, command, out)
        for (behaviour, command), ended in runs.items():
            check(behaviour, command, *ended.result())


@pytest.mark.parametrize("access", ACCESS)
def test_every_command_ends(access, tmp_path):
    check_all([(behaviour, f"{command} {access}") for behaviour in hostile.BEHAVIOURS for command in COMMANDS], tmp_path)


def test_every_behaviour_is_endured(tmp_path):
    """Every fourth of the others meets one command, for there is little time; with `HOSTILE=all`, all meet every command."""
    commands = [*COMMANDS, *MORE_COMMANDS]
    everything = {**hostile.BEHAVIOURS, **hostile.MORE_BEHAVIOURS}
    if os.environ.get("HOSTILE") == "all":
        pairs = [(behaviour, f"{command} {access}") for behaviour in everything for command in commands for access in ACCESS]
    else:
        accesses = itertools.cycle(ACCESS)
        pairs = [(behaviour, f"{command} {next(accesses)}") for behaviour, command in zip(itertools.islice(hostile.MORE_BEHAVIOURS, 0, None, 4), itertools.cycle(commands))]
    check_all(pairs, tmp_path)


def test_a_role_without_a_session_is_told_without_its_keys(tmp_path):
    """What `AssumeRole` answers holds keys, whether it can be read or not."""
    for number, credentials in enumerate(hostile.SESSIONS):
        out = tmp_path / str(number)
        out.mkdir()
        code, said, took = run(credentials, "plan --role deployer", out)
        check(credentials, "plan --role deployer", code, said, took)
        assert "SecretOfTheRole" not in said and "TokenOfTheRole" not in said, said


def test_a_server_that_cannot_say_where_it_is_ends(tmp_path):
    program = str(ROOT / "target" / "debug" / "examples" / "team")
    with open("/dev/full", "w") as full:
        command = [program, "--out", str(tmp_path / "out"), "local", "serve", "--port", "0"]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert ended.returncode == 1 and "standard output could not be written" in ended.stderr
