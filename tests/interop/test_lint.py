"""cfn-lint has nothing to say about any template, hints included."""

import json
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


SERVICES = {"orders": 9, "catalog": 2}
ASSETS = ROOT / "examples/serverless/assets.py"


def package(folder, source, out):
    command = [sys.executable, str(ASSETS), source, str(out)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("service", SERVICES)
def test_services_with_assets(tmp_path, service):
    """The templates of the services as the build packages them; and names are those of what is in them."""
    source = ROOT / "examples/serverless" / service
    names = []
    for out in [tmp_path / "first", tmp_path / "again"]:
        packaged = package(source, "template.yaml", out)
        assert packaged.returncode == 0, packaged.stderr
        names.append(sorted(path.name for path in (out / "assets").iterdir()))
    assert len(names[0]) == SERVICES[service] and names[0] == names[1]
    packaged = (tmp_path / "first/template.yaml").read_text()
    assert all(f"${{AssetsPrefix}}/assets/{name}" in packaged for name in names[0])
    templates = [tmp_path / "first/template.yaml", *(tmp_path / "first/assets").glob("*.yaml")]
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--include-checks", "I", "--", *map(str, templates)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_services_as_they_were():
    templates = (ROOT / "examples/serverless/receipts").glob("*.yaml")
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--include-checks", "I", "--", *map(str, templates)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def template(resources):
    return "Resources:\n" + "".join(f"  {name}:\n    Type: {kind}\n    Properties:\n      {line}\n" for name, kind, line in resources)


def test_nested_templates_are_packaged_first(tmp_path):
    (tmp_path / "handler").mkdir()
    (tmp_path / "handler/index.py").write_text("")
    inner = [("Handler", "AWS::Lambda::Function", "Code: handler"), ("Text", "AWS::SSM::Document", "Content: as-it-is")]
    (tmp_path / "inner.yaml").write_text(template(inner))
    outer = template([("Inner", "AWS::CloudFormation::Stack", "TemplateURL: inner.yaml")])
    (tmp_path / "outer.yaml").write_text(outer)
    # The nested template has to be told where the assets are.
    refused = package(tmp_path, "outer.yaml", tmp_path / "out")
    assert refused.returncode == 1 and "AssetsPrefix: !Ref AssetsPrefix" in refused.stderr, refused
    passed = "      Parameters: { AssetsBucket: !Ref AssetsBucket, AssetsPrefix: !Ref AssetsPrefix }\n".replace("{ ", "\n        ")
    passed = passed.replace(", ", "\n        ").replace(" }", "")
    (tmp_path / "outer.yaml").write_text(outer + passed)
    packaged = package(tmp_path, "outer.yaml", tmp_path / "out")
    assert packaged.returncode == 0, packaged.stderr
    nested = next((tmp_path / "out/assets").glob("*.yaml"))
    assert nested.name in (tmp_path / "out/outer.yaml").read_text()
    archive = next((tmp_path / "out/assets").glob("*.zip"))
    assert archive.name in nested.read_text() and "Content: as-it-is" in nested.read_text()


def test_what_is_not_there_is_not_packaged(tmp_path):
    (tmp_path / "template.yaml").write_text(template([("A", "AWS::Serverless::Function", "CodeUri: nowhere")]))
    refused = package(tmp_path, "template.yaml", tmp_path / "out")
    assert refused.returncode == 1 and "`CodeUri: nowhere` is no file or folder" in refused.stderr, refused


def test_a_cloud_assembly_of_the_cdk(tmp_path):
    source = tmp_path / "cdk.out"
    (source / "asset.1").mkdir(parents=True)
    (source / "asset.1/index.js").write_text("")
    (source / "Orders.template.json").write_text("{}")
    files = {
        "1": {"source": {"path": "asset.1", "packaging": "zip"}, "destinations": {"a": {"objectKey": "${AssetsPrefix}/assets/1.zip"}}},
        "2": {"source": {"path": "Orders.template.json", "packaging": "file"}, "destinations": {"a": {"objectKey": "${AssetsPrefix}/assets/2.json"}}},
    }
    (source / "Orders.assets.json").write_text(json.dumps({"files": files, "dockerImages": {}}))
    packaged = package(tmp_path, "cdk.out", tmp_path / "out")
    assert packaged.returncode == 0, packaged.stderr
    made = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert made == ["Orders.template.json", "assets/1.zip"]
