"""Deployments through a proxy that loses, delays and repeats: running again finishes the job, and then nothing is left to do."""

import json
import subprocess

import pytest

from conftest import ROOT
from proxy import Proxy


def deploy(url, out):
    command = [str(ROOT / "target" / "debug" / "examples" / "team"), "deploy", "--account-keys", "--json"]
    command += ["--endpoint-url", url, "--out", str(out)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    events = [json.loads(line) for line in run.stdout.splitlines()]
    return run.returncode, events[-1]


@pytest.mark.parametrize("seed", range(3))
def test_running_again_finishes_the_job(local, seed, tmp_path):
    port = int(local.rsplit(":", 1)[1])
    with Proxy(port, seed, lost_requests=0.05, lost_answers=0.1, repeated=0.1, delayed=0.05) as proxy:
        for _ in range(4):
            code, summary = deploy(proxy.url, tmp_path)
            assert summary["event"] == "summary"
            if code == 0:
                break
            assert all(failure["error"] for failure in summary["failures"])
        assert code == 0, summary
        assert all(proxy.happened.values()), proxy.happened
    code, summary = deploy(local, tmp_path)
    assert (code, summary["unchanged"]) == (0, 29)


def test_each_stack_once_and_then_one_look(local, tmp_path):
    port = int(local.rsplit(":", 1)[1])

    def actions(proxy):
        asked = [body.decode().split("&")[0] for body in proxy.bodies]
        return {action: asked.count(action) for action in set(asked)}

    with Proxy(port) as proxy:
        assert deploy(proxy.url, tmp_path)[0] == 0
        assert actions(proxy)["Action=CreateChangeSet"] == 29
        assert actions(proxy)["Action=ExecuteChangeSet"] == 29
    with Proxy(port) as proxy:
        assert deploy(proxy.url, tmp_path)[0] == 0
        assert actions(proxy) == {"Action=DescribeStacks": 29}
