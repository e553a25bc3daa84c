"""How much longer a deployment takes than its critical path, against a server that answers late.

`python tests/interop/latency.py 50 5 0.2` deploys the fleet of 50 developers and 5 services to `local serve` behind a proxy
that adds 200 ms to each call, twice, and prints how long it took, the longest chain of stacks, and what was asked.
"""

import collections
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from proxy import Proxy

PROGRAM = Path(__file__).resolve().parents[2] / "target" / "debug" / "examples" / "fleet"


def critical_path(stacks, seconds):
    """The longest chain of stacks that need each other, by the time that each took."""
    ends = {}
    for stack in stacks:
        ends[stack["id"]] = seconds[stack["id"]] + max((ends[need] for need in stack["dependsOn"]), default=0)
    return max(ends.values())


def measure(url, out, environment):
    """Deploys once, and says how long it took and what its critical path was."""
    command = [PROGRAM, "deploy", "--account-keys", "--endpoint-url", url, "--json", "--out", out]
    begun = time.monotonic()
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    took = time.monotonic() - begun
    events = [json.loads(line) for line in run.stdout.splitlines()]
    seconds = {event["stack"]: event["seconds"] for event in events if event["event"] == "finished"}
    stacks = json.loads((Path(out) / "manifest.json").read_text())["stacks"]
    return took, critical_path(stacks, seconds), len(stacks)


def main(developers, services, latency):
    environment = {**os.environ, "DEVELOPERS": developers, "SERVICES": services}
    with socket.socket() as probe, tempfile.TemporaryDirectory() as directory:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        serve = [PROGRAM, "local", "serve", "--port", str(port), "--out", f"{directory}/cloud"]
        with subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE) as server:
            server.stdout.readline()
            with Proxy(port, latency=float(latency)) as proxy:
                for run in ("first", "again"):
                    proxy.bodies.clear()
                    took, chain, stacks = measure(proxy.url, f"{directory}/out", environment)
                    asked = collections.Counter(body.decode().split("&")[0] for body in proxy.bodies)
                    ratio = f"{took:.2f} s, critical path {chain:.2f} s: {took / chain:.2f} times"
                    print(f"{run}: {stacks} stacks in {ratio}; {dict(asked)}")
            server.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:4])
