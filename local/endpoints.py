"""Addresses of the local platform's services, and the settings that clients and Airflow need to use them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from common.environment import process_variables
from common.paths import AIRFLOW_PYTHON, StatePaths
from jobs.contracts.names import LakeNames
from jobs.contracts.settings import SECTION, PlatformSettings
from local.api.process import ApiEndpoint
from local.services import mlflow, s3


@dataclass(frozen=True)
class Endpoints:
    """Ports, account and region of a running local platform; any other process can use the platform with them."""

    api_port: int
    s3_port: int
    database_port: int
    mlflow_port: int
    account: str
    region: str
    options: Mapping[str, str]
    """The Airflow configuration options of the dev template."""
    assembly: str
    """The folder of the cloud assembly whose code, images and resources the platform has."""

    @property
    def names(self) -> LakeNames:
        """The resource names of the dev environment."""
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
    def api(self) -> ApiEndpoint:
        """The local API, which serves every AWS service but S3."""
        return ApiEndpoint(self.api_port)

    def client_environment(self) -> dict[str, str]:
        """Return the environment variables that make AWS clients use the local platform and nothing else."""
        return {
            "AWS_ACCESS_KEY_ID": s3.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": s3.SECRET_KEY,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.api.url,
            "AWS_ENDPOINT_URL_S3": self.object_store.endpoint,
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
            "MOTO_ACCOUNT_ID": self.account,
        }

    def settings(self, *, tuning_max_jobs: int, tuning_max_parallel_jobs: int) -> PlatformSettings:
        """Return the template's settings with local endpoints, a short polling interval and the given tuning size."""
        settings = PlatformSettings.from_options(
            {key: value for key, value in self.options.items() if key.startswith(f"{SECTION}.")}
        )
        return replace(
            settings,
            mlflow_tracking_uri=self.tracking_server.uri,
            # The local MLflow listens on loopback and requires no authentication.
            mlflow_secret=None,
            poll_seconds=1,
            tuning_max_jobs=tuning_max_jobs,
            tuning_max_parallel_jobs=tuning_max_parallel_jobs,
        )

    def airflow_environment(self, paths: StatePaths, settings: PlatformSettings) -> dict[str, str]:
        """Return the environment variables of the local Airflow: MWAA's options with the given settings."""
        # The given settings replace all settings of the template.
        others = {key: value for key, value in self.options.items() if not key.startswith(f"{SECTION}.")}
        options = {**others, **settings.to_options()}
        variables = {f"AIRFLOW__{key.replace('.', '__', 1).upper()}": value for key, value in options.items()}
        own = {"AIRFLOW_HOME": str(paths.airflow)}
        inherited = process_variables()
        inherited["PATH"] = f"{AIRFLOW_PYTHON.parent}{os.pathsep}{inherited['PATH']}"
        return {**inherited, **variables, **self.client_environment(), **own}
