"""Start the local API as a background process and check its health."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common import processes
from common.environment import process_variables
from common.paths import MAIN_PYTHON, StatePaths

NAME = "local-api"
HEALTH_PATH = "/_local/health"


@dataclass(frozen=True)
class ApiEndpoint:
    """The address of the local API."""

    port: int

    @property
    def url(self) -> str:
        """The endpoint URL; it has a host name because moto distinguishes services by host."""
        return f"http://localhost:{self.port}"


def start(
    paths: StatePaths, clients: Mapping[str, str], *, port: int, assembly: Path, registry: str, stop_with_parent: bool
) -> tuple[ApiEndpoint, processes.RunningProcess]:
    """Start the local API; the caller chooses the port because `clients` must already contain the API's address."""
    arguments = ["--state", paths.root, "--assembly", assembly, "--registry", registry, "--port", port]
    command = [str(MAIN_PYTHON), "-m", "local.api.server", *(str(each) for each in arguments)]
    supervised = processes.supervised(command, stop_with_parent=stop_with_parent)
    env = process_variables(clients)
    return ApiEndpoint(port), processes.start(NAME, supervised, env=env, log=_log(paths), run=paths.run)


def wait(endpoint: ApiEndpoint, process: processes.RunningProcess, paths: StatePaths) -> None:
    """Wait until the local API is healthy; raises PlatformError if it exits or is not ready after 60 s."""
    processes.wait_until(lambda: healthy(endpoint), process, _log(paths), seconds=60)


def healthy(endpoint: ApiEndpoint) -> bool:
    """Return whether the local API answers its health check."""
    try:
        with urllib.request.urlopen(endpoint.url + HEALTH_PATH, timeout=2) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except OSError:
        return False


def _log(paths: StatePaths) -> Path:
    return paths.logs / f"{NAME}.log"
