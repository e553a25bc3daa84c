"""Rehearsals with the subscriber's real code, and with its twin in Rust: the same, line by line."""

import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

TEAM = ROOT / "target" / "debug" / "examples" / "team"

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


def test_without_boto3_the_twin_runs_and_says_so(deployed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(deployed, out)
    ended = subprocess.run(
        [TEAM, "rehearse", "orders", "--python", "/bin/false", "--out", out], capture_output=True, text=True, check=True
    )
    assert "the subscriber's twin in Rust runs in its place" in ended.stderr
    assert "current" in ended.stdout
