"""Start and stop the local platform: PostgreSQL, S3, the local API and MLflow."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

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
        paths, base, stop_with_parent = self._paths, {**os.environ}, self._stop_with_parent
        processes.stop_recorded(paths.run)
        mlflow_port = processes.free_port(self._mlflow_port, "MLflow")
        database, database_process = postgres.start(paths, base, stop_with_parent=stop_with_parent)
        store, store_process = s3.start(paths, base, stop_with_parent=stop_with_parent)
        assembly = dev_assembly()
        account, region = _account_and_region(assembly)
        templates = Templates(assembly, account, region)
        options = templates.airflow_options()
        port = processes.free_port()
        endpoints = Endpoints(port, store.port, database.port, mlflow_port, account, region, options)
        environment = {**base, **endpoints.client_environment()}
        api_endpoint, api_process = api.start(
            paths,
            environment,
            port=port,
            assembly=assembly,
            registry=_image_registry(options),
            stop_with_parent=stop_with_parent,
        )
        postgres.wait(database, database_process, paths)
        s3.wait(store, store_process, paths)
        artifacts = endpoints.names.uri(Zone.ARTIFACTS, Folder.MLFLOW)
        _, self._mlflow = mlflow.start(
            paths,
            environment,
            database=database,
            artifacts=artifacts,
            port=mlflow_port,
            stop_with_parent=stop_with_parent,
        )
        api.wait(api_endpoint, api_process, paths)
        provision(templates, assembly, store.client, _session(region), api_endpoint.url)
        write_atomically(paths.root / _ENDPOINTS, json.dumps(asdict(endpoints)))
        return endpoints

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


def _account_and_region(assembly: Path) -> tuple[str, str]:
    """Return account and region of the assembly's stacks, read from its manifest."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"].values()
    environments = {each["environment"] for each in artifacts if each["type"] == "aws:cloudformation:stack"}
    if len(environments) != 1:
        raise PlatformError(
            f"the stacks of {assembly} are for {sorted(environments)}; all must be for one account and region"
        )
    account, region = environments.pop().removeprefix("aws://").split("/")
    return account, region


def _image_registry(options: Mapping[str, str]) -> str:
    """Return the registry host of the image URIs in the settings."""
    return options[f"{SECTION}.serving_image"].partition("/")[0]


def _session(region: str) -> boto3.Session:
    return boto3.Session(s3.ACCESS_KEY, s3.SECRET_KEY, region_name=region)
