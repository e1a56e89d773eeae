"""The local platform starts and works whatever the user's shell has set."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import pytest
from mlflow import MlflowClient

from common.paths import REPOSITORY
from local.endpoints import Endpoints
from local.services import s3
from tests.common.hostile_variables import command_line, hostile_variables, write_files


def cli(variables: Mapping[str, str], *arguments: str, umask: int = -1) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command_line(*arguments),
        cwd=REPOSITORY,
        env=variables,
        umask=umask,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All hostile variables at once, with a temporary folder and a state folder whose names have spaces."""
    folder = tmp_path_factory.mktemp("hostile shell")
    temporary = folder / f"temporary files {'x' * 60}"
    temporary.mkdir()
    write_files(folder)
    return {
        **hostile_variables(folder),
        "PATH": os.environ["PATH"],
        "HOME": "/nowhere/home",
        "TMPDIR": str(temporary),
        "PLATFORM_STATE": str(folder / "state folder"),
        "COLUMNS": "300",
    }


@pytest.fixture(scope="module")
def endpoints(variables: dict[str, str]) -> Iterator[Endpoints]:
    """The endpoints of a platform that `up` has started."""
    try:
        started = cli(variables, "up", umask=0o077)
        assert started.returncode == 0, started.stderr[-2000:]
        yield Endpoints(**json.loads((Path(variables["PLATFORM_STATE"]) / "endpoints.json").read_text()))
    finally:
        cli(variables, "down")


def client(endpoints: Endpoints, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoints.api.url,
        region_name=endpoints.region,
        aws_access_key_id=s3.ACCESS_KEY,
        aws_secret_access_key=s3.SECRET_KEY,
    )


def test_s3_and_glue_answer(endpoints: Endpoints) -> None:
    store = endpoints.object_store.client
    bucket = store.list_buckets()["Buckets"][0]["Name"]

    store.put_object(Bucket=bucket, Key="hostile", Body=b"content")

    assert store.get_object(Bucket=bucket, Key="hostile")["Body"].read() == b"content"
    assert endpoints.region != "mars-north-1"
    assert client(endpoints, "glue").get_databases()["DatabaseList"]


def test_postgresql_and_mlflow_answer(endpoints: Endpoints) -> None:
    with psycopg2.connect(host="127.0.0.1", port=endpoints.database_port, user="postgres", dbname="mlflow") as database:
        cursor = database.cursor()
        cursor.execute("SHOW server_encoding")
        assert cursor.fetchone() == ("UTF8",)

    tracking = MlflowClient(endpoints.tracking_server.uri)

    assert tracking.get_experiment(tracking.create_experiment("hostile")).name == "hostile"


def test_files_of_the_state_folder_are_written_for_their_owner_alone_whatever_the_mask(
    endpoints: Endpoints, variables: dict[str, str]
) -> None:
    written = Path(variables["PLATFORM_STATE"]) / "endpoints.json"

    assert written.stat().st_mode & 0o777 == 0o644


def test_the_platform_is_shown_and_a_second_start_is_refused(endpoints: Endpoints, variables: dict[str, str]) -> None:
    shown = cli(variables, "status", "--json")
    again = cli(variables, "up")

    assert json.loads(shown.stdout)["AWS_ENDPOINT_URL"] == endpoints.api.url
    assert again.returncode == 1
    assert "is already running; show it with `make status` or stop it with `make down`" in again.stderr


def test_a_second_platform_runs_beside_it_in_a_folder_longer_than_the_path_of_a_socket(
    endpoints: Endpoints, variables: dict[str, str], tmp_path: Path
) -> None:
    state = tmp_path / ("state-" + "x" * 120) / ("y" * 120)
    other = {"PATH": os.environ["PATH"], "PLATFORM_STATE": str(state)}
    try:
        started = cli(other, "up")
        assert started.returncode == 0, started.stderr[-2000:]
        second = Endpoints(**json.loads((state / "endpoints.json").read_text()))

        assert second.object_store.client.list_buckets()["Buckets"]
        assert client(second, "glue").get_databases()["DatabaseList"]
        assert client(endpoints, "glue").get_databases()["DatabaseList"]
    finally:
        stopped = cli(other, "down")
    assert stopped.stdout.split() == ["stopped", "local-api,", "mlflow,", "postgres,", "s3"]
    assert cli(variables, "status", "--json").stdout.startswith('{\n  "running": true')
