"""cfn-lint has nothing to say about any template, hints included."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT


def lint(directory):
    templates = sorted(str(path) for path in (directory / "templates").glob("*.json"))
    assert templates
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--include-checks", "I", "--", *templates]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout
    assert linted.stdout == ""


def test_the_team(assembly):
    lint(assembly)


@pytest.mark.parametrize("size", [("0", "1"), ("2", "5")])
def test_a_fleet(tmp_path, size):
    developers, services = size
    environment = {**os.environ, "DEVELOPERS": developers, "SERVICES": services}
    command = ["cargo", "run", "--quiet", "--example", "fleet", "--", "synth", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    lint(tmp_path)


def test_builds_of_all_kinds(tmp_path):
    command = ["cargo", "run", "--quiet", "--example", "builds", "--", "synth", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    lint(tmp_path)
