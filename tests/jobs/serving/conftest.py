import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pytest

from jobs.training import model, onnx_export, transformation
from jobs.training.model import Hyperparameters

ROOT = Path(__file__).parents[3]
SIGNATURE = {
    "identifier": "flight_id",
    "features": [{"name": "wind", "type": "number"}, {"name": "carrier", "type": "string"}],
    "missing_category": "",
    "output": "probability",
}
METADATA = {"model_version": "7", "run_id": "abc", "threshold": 0.4}


@dataclass(frozen=True)
class RunningServer:
    """A server process and its port."""

    process: subprocess.Popen[str]
    port: int


def rows(count: int, seed: int = 0) -> pa.Table:
    """Random flights with the features of the test model."""
    generator = np.random.default_rng(seed)
    return pa.table(
        {
            "flight_id": [f"flight-{seed}-{row}" for row in range(count)],
            "wind": pa.array(generator.normal(size=count)),
            "carrier": pa.array(generator.choice(["AA", "UA"], size=count)),
        }
    )


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
    """The base folder of a container with a small model."""
    root = tmp_path_factory.mktemp("ml")
    folder = root / "model"
    folder.mkdir()
    table = rows(1000)
    table = table.set_column(1, "wind", table["wind"].cast(pa.float32()))
    wind, united = table["wind"].to_numpy(), np.array(table["carrier"].to_pylist()) == "UA"
    label = (wind + united > 0.5).astype(np.float32)
    prepared = transformation.fit(table, label, ("wind",), ("carrier",))
    booster = model.refit(Hyperparameters(), 20, (prepared.apply(table), label))
    onnx.save(onnx_export.to_onnx(booster, prepared), folder / "model.onnx")
    (folder / "signature.json").write_text(json.dumps(SIGNATURE))
    (folder / "metadata.json").write_text(json.dumps(METADATA))
    return root


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
