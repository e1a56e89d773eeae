"""The local platform as one thing: started, health-checked, used and stopped."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import boto3

from common import processes
from common.errors import PlatformError
from common.files import write_atomically
from common.paths import AIRFLOW_PYTHON, StatePaths
from jobs.contracts.access import Folder
from jobs.contracts.names import LakeNames
from jobs.contracts.settings import SECTION, PlatformSettings
from jobs.contracts.tables import Zone
from local.api import process as api
from local.provision import provision
from local.services import mlflow, postgres, s3
from local.synthesis import dev_assembly
from local.templates import Templates

_ENDPOINTS = "endpoints.json"


@dataclass(frozen=True)
class Endpoints:
    """Where the parts listen; enough for another process to use a platform that runs."""

    control_plane_port: int
    s3_port: int
    database_port: int
    mlflow_port: int
    account: str
    region: str
    options: Mapping[str, str]
    """The Airflow options of the dev template."""

    @property
    def names(self) -> LakeNames:
        """The names of the dev environment."""
        return LakeNames(self.options[f"{SECTION}.environment"], self.account, self.region)

    @property
    def object_store(self) -> s3.ObjectStore:
        """The S3 server."""
        return s3.ObjectStore(self.s3_port)

    @property
    def tracking_server(self) -> mlflow.TrackingServer:
        """The MLflow server."""
        return mlflow.TrackingServer(self.mlflow_port)

    @property
    def control_plane(self) -> api.ControlPlaneEndpoint:
        """The AWS endpoint."""
        return api.ControlPlaneEndpoint(self.control_plane_port)

    def client_environment(self) -> dict[str, str]:
        """The variables with which any AWS client on this machine finds the platform, and nothing outside it."""
        return {
            "AWS_ACCESS_KEY_ID": s3.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": s3.SECRET_KEY,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.control_plane.url,
            "AWS_ENDPOINT_URL_S3": self.object_store.endpoint,
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
            "MOTO_ACCOUNT_ID": self.account,
        }

    def settings(self, *, tuning_max_jobs: int, tuning_max_parallel_jobs: int) -> PlatformSettings:
        """The template's settings with this machine's endpoints and sizes."""
        settings = PlatformSettings.from_options(
            {key: value for key, value in self.options.items() if key.startswith(f"{SECTION}.")}
        )
        return replace(
            settings,
            mlflow_tracking_uri=self.tracking_server.uri,
            # The local MLflow listens on loopback and asks nobody who he is.
            mlflow_secret="",
            poll_seconds=1,
            tuning_max_jobs=tuning_max_jobs,
            tuning_max_parallel_jobs=tuning_max_parallel_jobs,
        )

    def airflow_environment(self, paths: StatePaths, settings: PlatformSettings) -> dict[str, str]:
        """The variables of an Airflow that runs the DAGs here: MWAA's options, and a home of its own."""
        # Settings replace the template's as a whole: one at its default is no option, and the template's would stay.
        others = {key: value for key, value in self.options.items() if not key.startswith(f"{SECTION}.")}
        options = {**others, **settings.to_options()}
        variables = {f"AIRFLOW__{key.replace('.', '__', 1).upper()}": value for key, value in options.items()}
        inherited = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        path = f"{AIRFLOW_PYTHON.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {**inherited, **variables, **self.client_environment(), "AIRFLOW_HOME": str(paths.airflow), "PATH": path}


class LocalPlatform:
    """Starts the parts in the order they need one another; `tied` parts die with this process."""

    def __init__(self, paths: StatePaths, *, mlflow_port: int = 0, stop_with_parent: bool = True) -> None:
        self._paths = paths
        self._mlflow_port = mlflow_port
        self._stop_with_parent = stop_with_parent
        self._mlflow: processes.RunningProcess | None = None

    def start(self) -> Endpoints:
        """Start everything; MLflow, the slowest, is waited for by `wait_for_tracking` when it is needed."""
        paths, base = self._paths, {**os.environ}
        processes.stop_recorded(paths.run)
        mlflow_port = processes.free_port(self._mlflow_port, "MLflow")
        database, database_process = postgres.start(paths, base, stop_with_parent=self._stop_with_parent)
        store, store_process = s3.start(paths, base, stop_with_parent=self._stop_with_parent)
        assembly = dev_assembly()
        account, region = _environment_of(assembly)
        templates = Templates(assembly, account, region)
        options = templates.airflow_options()
        port = processes.free_port()
        ends = Endpoints(port, store.port, database.port, mlflow_port, account, region, options)
        environment = {**base, **ends.client_environment()}
        control_plane, control_plane_process = api.start(
            paths,
            environment,
            port=port,
            assembly=assembly,
            registry=_registry(options),
            stop_with_parent=self._stop_with_parent,
        )
        postgres.wait(database, database_process, paths)
        s3.wait(store, store_process, paths)
        artifacts = ends.names.uri(Zone.ARTIFACTS, Folder.MLFLOW)
        _, self._mlflow = mlflow.start(
            paths,
            environment,
            database=database,
            artifacts=artifacts,
            port=mlflow_port,
            stop_with_parent=self._stop_with_parent,
        )
        api.wait(control_plane, control_plane_process, paths)
        provision(templates, assembly, store.client, _session(region), control_plane.url)
        write_atomically(paths.root / _ENDPOINTS, json.dumps(asdict(ends)))
        return ends

    def wait_for_tracking(self, ends: Endpoints) -> None:
        """Return when MLflow answers."""
        if self._mlflow:
            mlflow.wait(ends.tracking_server, self._mlflow, self._paths)

    def stop(self) -> list[str]:
        """Stop everything; returns the names of what ran."""
        (self._paths.root / _ENDPOINTS).unlink(missing_ok=True)
        return processes.stop_recorded(self._paths.run)


def running(paths: StatePaths) -> Endpoints | None:
    """The endpoints of a platform that runs and answers, or None."""
    path = paths.root / _ENDPOINTS
    if not path.exists():
        return None
    ends = Endpoints(**json.loads(path.read_text()))
    return ends if api.healthy(ends.control_plane) else None


@contextmanager
def exclusive(paths: StatePaths) -> Iterator[None]:
    """Hold the state folder for one command; raises PlatformError when another one has it."""
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


def _environment_of(assembly: Any) -> tuple[str, str]:
    """Account and region of the assembly's stacks, from its manifest."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"].values()
    found = {each["environment"] for each in artifacts if each["type"] == "aws:cloudformation:stack"}
    if len(found) != 1:
        raise PlatformError(f"{assembly} is for {sorted(found)}; allowed is one account and region")
    account, region = found.pop().removeprefix("aws://").split("/")
    return account, region


def _registry(options: Mapping[str, str]) -> str:
    """The host of the image URIs in the settings."""
    return options[f"{SECTION}.serving_image"].partition("/")[0]


def _session(region: str) -> boto3.Session:
    return boto3.Session(s3.ACCESS_KEY, s3.SECRET_KEY, region_name=region)
