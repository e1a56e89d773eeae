"""The AWS endpoint process of this machine."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common import processes
from common.paths import MAIN_PYTHON, StatePaths

HEALTH_PATH = "/_local/health"


@dataclass(frozen=True)
class ControlPlaneEndpoint:
    """Where the AWS endpoint listens."""

    port: int

    @property
    def url(self) -> str:
        """The endpoint URL; by name, because moto tells services apart by host."""
        return f"http://localhost:{self.port}"


def start(
    paths: StatePaths, env: Mapping[str, str], *, port: int, assembly: Path, registry: str, stop_with_parent: bool
) -> tuple[ControlPlaneEndpoint, processes.RunningProcess]:
    """Start the endpoint at a port found before, because its own address is in its environment."""
    arguments = ["--state", paths.root, "--assembly", assembly, "--registry", registry, "--port", port]
    command = [str(MAIN_PYTHON), "-m", "local.api.server", *(str(each) for each in arguments)]
    log = paths.logs / "control-plane.log"
    process = processes.start(
        "control-plane",
        processes.supervised(command, stop_with_parent=stop_with_parent),
        env=env,
        log=log,
        run=paths.run,
    )
    return ControlPlaneEndpoint(port), process


def wait(endpoint: ControlPlaneEndpoint, process: processes.RunningProcess, paths: StatePaths) -> None:
    """Return when the endpoint answers."""
    processes.wait_until(lambda: healthy(endpoint), process, paths.logs / "control-plane.log", seconds=60)


def healthy(endpoint: ControlPlaneEndpoint) -> bool:
    """Whether the endpoint answers its health check."""
    try:
        with urllib.request.urlopen(endpoint.url + HEALTH_PATH, timeout=2) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except OSError:
        return False
