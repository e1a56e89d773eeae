import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.contracts.metrics import Problem

from .models import write_model

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class RunningServer:
    """A server process and its port."""

    process: subprocess.Popen[str]
    port: int


def start(base: Path, port: int) -> subprocess.Popen[str]:
    """Start the server as the container's entry point does, with the argument SageMaker adds."""
    variables = {
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "PLATFORM_BIND_HOST": "127.0.0.1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "jobs.serving.server", "serve"],
        env={**os.environ, **variables},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base folder of a container with a small binary model."""
    return write_model(tmp_path_factory.mktemp("ml"), Problem.BINARY)


@pytest.fixture(scope="session")
def server(base: Path) -> Iterator[RunningServer]:
    port = free_port()
    running = RunningServer(start(base, port), port)
    try:
        wait(running)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(timeout=30)


def wait(server: RunningServer) -> None:
    """Wait until the server answers its health check."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            connection.request("GET", "/ping")
            assert connection.getresponse().status == 200
            return
        except OSError:
            assert server.process.poll() is None, server.process.stderr and server.process.stderr.read()
            time.sleep(0.05)
        finally:
            connection.close()
