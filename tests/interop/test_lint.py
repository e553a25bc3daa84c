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


def test_names_that_begin_alike(tmp_path):
    for name in ["order", "orders"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.py").write_text(name)
    template = tmp_path / "template.yaml"
    template.write_text('a: "${AssetsPrefix}/order"\nb: "${AssetsPrefix}/orders"\n')
    command = [sys.executable, str(ROOT / "examples/serverless/assets.py"), "template.yaml", "out", "order", "orders"]
    subprocess.run(command, cwd=tmp_path, check=True)
    packaged = (tmp_path / "out/template.yaml").read_text()
    assets = sorted(path.name for path in (tmp_path / "out/assets").iterdir())
    assert len(assets) == 2 and all(packaged.count(f'${{AssetsPrefix}}/assets/{name}"') == 1 for name in assets), packaged


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
