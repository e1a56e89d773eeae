"""Start and stop the local platform: PostgreSQL, S3, the local API and MLflow."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import boto3

from common import processes
from common.errors import PlatformError
from common.files import write_atomically
from common.paths import StatePaths
from jobs.contracts.access import Folder
from jobs.contracts.settings import SECTION
from jobs.contracts.tables import Zone
from local.api import process as api
from local.endpoints import Endpoints
from local.provision import provision
from local.services import mlflow, postgres, s3
from local.synthesis import dev_assembly
from local.templates import Templates

_ENDPOINTS = "endpoints.json"


class LocalPlatform:
    """Starts and stops the services; with `stop_with_parent` they are also killed when this process ends."""

    def __init__(self, paths: StatePaths, *, mlflow_port: int = 0, stop_with_parent: bool = True) -> None:
        self._paths = paths
        self._mlflow_port = mlflow_port
        self._stop_with_parent = stop_with_parent
        self._mlflow: processes.RunningProcess | None = None

    def start(self) -> Endpoints:
        """Start all services in the order of their dependencies, create the dev resources and return the endpoints.

        MLflow starts slowest; `wait_for_tracking` waits for it when it is needed.
        """
        paths, stop_with_parent = self._paths, self._stop_with_parent
        processes.stop_recorded(paths.run)
        mlflow_port = processes.free_port(self._mlflow_port, "MLflow")
        database, database_process = postgres.start(paths, stop_with_parent=stop_with_parent)
        store, store_process = s3.start(paths, stop_with_parent=stop_with_parent)
        ports = (processes.free_port(), store.port, database.port, mlflow_port)
        endpoints = Endpoints(*ports, **_values_of(dev_assembly()))
        api_process = _start_api(endpoints, paths, stop_with_parent=stop_with_parent)
        postgres.wait(database, database_process, paths)
        s3.wait(store, store_process, paths)
        _, self._mlflow = mlflow.start(
            paths,
            endpoints.client_environment(),
            database=database,
            artifacts=endpoints.names.uri(Zone.ARTIFACTS, Folder.MLFLOW),
            port=mlflow_port,
            stop_with_parent=stop_with_parent,
        )
        _provision(endpoints, api_process, paths)
        return endpoints

    def update(self, endpoints: Endpoints) -> Endpoints:
        """Bring a running platform to the current code and return its endpoints; every address stays the same.

        The local API starts again, because it reads the images and creates the roles of one assembly. Its catalog and
        registry are stored on disk.
        """
        values = _values_of(dev_assembly())
        if values["assembly"] == endpoints.assembly:
            return endpoints
        current = replace(endpoints, **values)
        self.restart_api(current)
        return current

    def restart_api(self, endpoints: Endpoints) -> None:
        """Stop the local API of a running platform and start it again; it restores what is stored on disk."""
        for process in processes.recorded(self._paths.run):
            if process.name == api.NAME:
                process.stop()
        _provision(endpoints, _start_api(endpoints, self._paths, stop_with_parent=False), self._paths)

    def wait_for_tracking(self, endpoints: Endpoints) -> None:
        """Wait until MLflow is healthy; returns at once if this object did not start it."""
        if self._mlflow:
            mlflow.wait(endpoints.tracking_server, self._mlflow, self._paths)

    def stop(self) -> list[str]:
        """Stop all services and return the names of those that were running."""
        (self._paths.root / _ENDPOINTS).unlink(missing_ok=True)
        return processes.stop_recorded(self._paths.run)


def running_endpoints(paths: StatePaths) -> Endpoints | None:
    """Return the endpoints of the running local platform, or None if its API does not answer.

    Raises PlatformError if the file of the endpoints was written by a version with other fields.
    """
    path = paths.root / _ENDPOINTS
    if not path.exists():
        return None
    try:
        endpoints = Endpoints(**json.loads(path.read_text()))
    except (TypeError, ValueError) as error:
        raise PlatformError(
            f"{path} was written by another version of the local platform; run `make down` and then `make up`"
        ) from error
    return endpoints if api.healthy(endpoints.api) else None


@contextmanager
def exclusive(paths: StatePaths) -> Iterator[None]:
    """Lock the state folder for one command; raises PlatformError if another command holds the lock."""
    path = paths.root / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise PlatformError(
                f"{paths.root} is in use by another command, process {holder}; wait for it, stop it, "
                "or set PLATFORM_STATE to another folder"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _start_api(endpoints: Endpoints, paths: StatePaths, *, stop_with_parent: bool) -> processes.RunningProcess:
    _, process = api.start(
        paths,
        endpoints.client_environment(),
        port=endpoints.api_port,
        assembly=Path(endpoints.assembly),
        registry=_image_registry(endpoints.options),
        stop_with_parent=stop_with_parent,
    )
    return process


def _provision(endpoints: Endpoints, api_process: processes.RunningProcess, paths: StatePaths) -> None:
    """Wait for the local API, create the resources of the templates and record the endpoints."""
    api.wait(endpoints.api, api_process, paths)
    assembly, store = Path(endpoints.assembly), endpoints.object_store.client
    templates = Templates(assembly, endpoints.account, endpoints.region)
    provision(templates, assembly, store, _session(endpoints.region), endpoints.api.url)
    write_atomically(paths.root / _ENDPOINTS, json.dumps(asdict(endpoints)))


def _values_of(assembly: Path) -> dict[str, Any]:
    """Return what the endpoints say about an assembly: account and region of its stacks, and MWAA's options."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"].values()
    environments = {each["environment"] for each in artifacts if each["type"] == "aws:cloudformation:stack"}
    if len(environments) != 1:
        raise PlatformError(
            f"the stacks of {assembly} are for {sorted(environments)}; all must be for one account and region"
        )
    account, region = environments.pop().removeprefix("aws://").split("/")
    options = Templates(assembly, account, region).airflow_options()
    return {"account": account, "region": region, "options": options, "assembly": str(assembly)}


def _image_registry(options: Mapping[str, str]) -> str:
    """Return the registry host of the image URIs in the settings."""
    return options[f"{SECTION}.serving_image"].partition("/")[0]


def _session(region: str) -> boto3.Session:
    return boto3.Session(s3.ACCESS_KEY, s3.SECRET_KEY, region_name=region)
