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


@pytest.mark.parametrize("example", ["builds", "serverless"])
def test_examples(tmp_path, example):
    command = ["cargo", "run", "--quiet", "--example", example, "--", "synth", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    lint(tmp_path)


SERVICES = {"orders": sorted((ROOT / "examples/serverless/orders/functions").iterdir()), "catalog": ["storage.yaml", "intake.yaml"]}


@pytest.mark.parametrize("service", SERVICES)
def test_services_with_assets(tmp_path, service):
    """The templates of the services, before and after their assets are named; and names are those of what is in them."""
    source = ROOT / "examples/serverless" / service
    names = []
    for out in [tmp_path / "first", tmp_path / "again"]:
        command = [sys.executable, "../assets.py", "template.yaml", str(out), *map(str, SERVICES[service])]
        subprocess.run(command, cwd=source, check=True)
        names.append(sorted(path.name for path in (out / "assets").iterdir()))
    assert len(names[0]) == len(SERVICES[service]) and names[0] == names[1]
    packaged = (tmp_path / "first/template.yaml").read_text()
    assert all(f"${{AssetsPrefix}}/assets/{name}" in packaged for name in names[0])
    templates = [*source.glob("*.yaml"), tmp_path / "first/template.yaml"]
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--include-checks", "I", "--", *map(str, templates)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")
