"""Servers for the interop tests, each on a free port of the loopback interface."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(command, port, **environment):
    """Runs a server until the block ends; the block begins when it answers."""
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(150):
                with contextlib.suppress(OSError):
                    # Who refuses is there.
                    with contextlib.suppress(urllib.error.HTTPError):
                        urllib.request.urlopen(url, timeout=2).close()
                    break
                time.sleep(0.2)
            else:
                raise RuntimeError(f"{command[0]} does not answer")
            yield url
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def moto():
    port = free_port()
    command = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with server(command, port) as url:
        yield url


def ministack_server(auth):
    port = free_port()
    command = [str(Path(sys.executable).parent / "ministack")]
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": port,
        "SFTP_ENABLED": 0,
        "IOT_MTLS_ENABLED": 0,
        "AUTH": str(auth).lower(),
    }
    return server(command, port, **settings)


@pytest.fixture(params=["plain", "auth"])
def ministack(request):
    with ministack_server(request.param == "auth") as url:
        yield url


@pytest.fixture
def plain_ministack():
    with ministack_server(auth=False) as url:
        yield url


@pytest.fixture
def local(tmp_path):
    """The local cloud, as `local serve` puts it on a port."""
    port = free_port()
    subprocess.run(["cargo", "build", "--quiet", "--example", "team"], cwd=ROOT, check=True)
    command = [str(ROOT / "target" / "debug" / "examples" / "team"), "local", "serve", "--port", str(port)]
    with server([*command, "--out", str(tmp_path)], port) as url:
        yield url


@pytest.fixture(scope="session")
def session_local(tmp_path_factory):
    """The same for all tests of a session."""
    port = free_port()
    subprocess.run(["cargo", "build", "--quiet", "--example", "team"], cwd=ROOT, check=True)
    command = [str(ROOT / "target" / "debug" / "examples" / "team"), "local", "serve", "--port", str(port)]
    with server([*command, "--out", str(tmp_path_factory.mktemp("local"))], port) as url:
        yield url


@pytest.fixture(scope="session")
def assembly(tmp_path_factory):
    """The example team's assembly, as its program writes it."""
    out = tmp_path_factory.mktemp("assembly")
    subprocess.run(
        ["cargo", "run", "--quiet", "--example", "team", "--", "synth", "--out", str(out)], cwd=ROOT, check=True
    )
    return out
