"""Deployments that are stopped by a signal, over real HTTP: what has begun is finished or named, and the next run finishes the job."""

import json
import random
import signal
import subprocess
import threading
import time

import boto3
import pytest

from conftest import ROOT
from proxy import Proxy

STACKS = 29


class Deployment:
    """A deployment that is under way, and what it has said so far."""

    def __init__(self, url, out):
        command = [str(ROOT / "target" / "debug" / "examples" / "team"), "deploy", "--account-keys", "--json"]
        command += ["--endpoint-url", url, "--out", str(out)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self.events = []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def wait_for(self, event, times):
        """Until it has said this so many times."""
        for _ in range(3000):
            if [told["event"] for told in self.events].count(event) >= times:
                return
            assert self.process.poll() is None, self.events
            time.sleep(0.01)
        raise AssertionError(self.events)

    def signal(self, number):
        self.process.send_signal(number)

    def end(self, timeout):
        code = self.process.wait(timeout)
        self.reader.join()
        return code, self.process.stderr.read()


@pytest.fixture
def slow(local):
    """The local cloud, with a tenth of a second on the way."""
    with Proxy(int(local.rsplit(":", 1)[1]), latency=0.1) as proxy:
        yield proxy.url


def statuses(url):
    """The stacks of the build account."""
    client = boto3.client(
        "cloudformation",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="111111111111",
        aws_secret_access_key="test",
    )
    return {stack["StackName"]: stack["StackStatus"] for stack in client.describe_stacks()["Stacks"]}


def finish(url, out):
    deployment = Deployment(url, out)
    code, told = deployment.end(120)
    assert code == 0, told
    summary = deployment.events[-1]
    assert summary["created"] + summary["updated"] + summary["unchanged"] == STACKS
    return summary


def test_once_finishes_what_has_begun_and_begins_nothing_new(local, slow, tmp_path):
    deployment = Deployment(slow, tmp_path)
    deployment.wait_for("finished", 1)
    deployment.signal(signal.SIGINT)
    code, told = deployment.end(60)
    assert code == 130, told
    summary = deployment.events[-1]
    assert summary["event"] == "summary"
    # Of those that it was looking at, it finished what CloudFormation had begun, and left the others.
    begun = {event["stack"] for event in deployment.events if event["event"] == "resource"}
    assert 1 <= summary["created"] == len(begun) < STACKS
    assert summary["created"] + summary["notBegun"] == STACKS and not summary["failed"]
    assert set(statuses(local).values()) == {"CREATE_COMPLETE"}
    again = finish(slow, tmp_path)
    assert again["unchanged"] == summary["created"]


def test_twice_leaves_at_once_and_names_what_goes_on(local, tmp_path):
    with Proxy(int(local.rsplit(":", 1)[1]), latency=0.5) as proxy:
        deployment = Deployment(proxy.url, tmp_path)
        deployment.wait_for("resource", 1)
        deployment.signal(signal.SIGINT)
        time.sleep(0.1)
        deployment.signal(signal.SIGINT)
        code, told = deployment.end(30)
    assert code == 130, told
    # It told no end, but what is being changed.
    assert deployment.events[-1]["event"] != "summary"
    # Which stack comes first depends on how long the looks before it take.
    assert "left while it is being changed: " in told, told
    finish(local, tmp_path)


def test_killed_wherever_the_next_run_finishes_the_job(local, slow, tmp_path):
    choose = random.Random(7)
    for _ in range(6):
        deployment = Deployment(slow, tmp_path)
        time.sleep(choose.uniform(0.2, 2.0))
        deployment.signal(signal.SIGKILL)
        deployment.end(30)
    finish(slow, tmp_path)
    assert finish(local, tmp_path)["unchanged"] == STACKS
