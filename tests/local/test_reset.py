"""What a reset removes of one pipeline and keeps of another, on a platform that is up."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from mlflow import MlflowClient

from common.paths import REPOSITORY, StatePaths
from jobs.contracts.access import Folder
from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import Zone
from local.endpoints import Endpoints
from local.lake import lake_tables
from local.platform import LocalPlatform, exclusive

PIPELINE, OTHER = pipeline_names()[:2]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StatePaths]:
    paths = StatePaths(tmp_path_factory.mktemp("state"))
    yield paths
    LocalPlatform(paths).stop()


@pytest.fixture(scope="module")
def endpoints(paths: StatePaths) -> Endpoints:
    """Return a running platform with a table, files, a registered model and a model package of two pipelines."""
    platform = LocalPlatform(paths, stop_with_parent=False)
    endpoints = platform.start()
    platform.wait_for_tracking(endpoints)
    for pipeline in (PIPELINE, OTHER):
        fill(endpoints, pipeline)
    return endpoints


def fill(endpoints: Endpoints, pipeline: str) -> None:
    names, s3 = endpoints.names, endpoints.object_store.client
    folder = f"{pipeline}/items"
    for bucket, key in (
        (names.bucket(Zone.RAW), f"{folder}/data/1.parquet"),
        (names.bucket(Zone.LANDING), f"{pipeline}/items.csv"),
        (names.bucket(Zone.ARTIFACTS), f"{Folder.REPORTS}/{pipeline}/run/ingest.json"),
    ):
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    location = names.uri(Zone.RAW, folder, "metadata", "1.metadata.json")
    table = {"Name": "items", "Parameters": {"metadata_location": location}}
    client(endpoints, "glue").create_table(DatabaseName=names.database(pipeline, Zone.RAW), TableInput=table)
    client(endpoints, "sagemaker").create_model_package(ModelPackageGroupName=names.model_package_group(pipeline))
    MlflowClient(endpoints.tracking_server.uri).create_registered_model(names.model_name(pipeline))


def client(endpoints: Endpoints, service: str) -> Any:
    credentials = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": endpoints.region}
    return boto3.client(service, endpoint_url=endpoints.api.url, **credentials)


def command(paths: StatePaths, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "reset", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PLATFORM_STATE": str(paths.root)},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def left(endpoints: Endpoints, paths: StatePaths, pipeline: str) -> dict[str, int]:
    """Return what is left of a pipeline."""
    names, s3 = endpoints.names, endpoints.object_store.client
    packages = client(endpoints, "sagemaker").list_model_packages(
        ModelPackageGroupName=names.model_package_group(pipeline)
    )
    prefixes = (
        (Zone.RAW, f"{pipeline}/"),
        (Zone.LANDING, f"{pipeline}/"),
        (Zone.ARTIFACTS, f"{Folder.REPORTS}/{pipeline}/"),
    )
    models = MlflowClient(endpoints.tracking_server.uri).search_registered_models(
        f"name='{names.model_name(pipeline)}'"
    )
    return {
        "tables": len(
            client(endpoints, "glue").get_tables(DatabaseName=names.database(pipeline, Zone.RAW))["TableList"]
        ),
        "stored tables": len([table for table in lake_tables(paths) if table.short_name.startswith(f"{pipeline}.")]),
        "objects": sum(
            s3.list_objects_v2(Bucket=names.bucket(zone), Prefix=prefix)["KeyCount"] for zone, prefix in prefixes
        ),
        "packages": len(packages["ModelPackageSummaryList"]),
        "models": len(models),
    }


def test_nothing_is_removed_without_a_confirmation_or_while_a_run_holds_the_folder(
    endpoints: Endpoints, paths: StatePaths
) -> None:
    before = left(endpoints, paths, PIPELINE)

    asked = command(paths, PIPELINE, typed="n\n")
    with exclusive(paths):
        refused = command(paths, PIPELINE, "--yes")

    assert (asked.returncode, refused.returncode) == (1, 1)
    assert f"{PIPELINE}.raw.items" in asked.stdout
    assert "is in use by another command" in refused.stderr
    assert left(endpoints, paths, PIPELINE) == before
    assert before == {"tables": 1, "stored tables": 1, "objects": 3, "packages": 1, "models": 1}


def test_a_reset_removes_what_is_of_the_pipeline_and_nothing_else(endpoints: Endpoints, paths: StatePaths) -> None:
    done = command(paths, PIPELINE, "--yes")

    assert done.returncode == 0, done.stderr
    assert f"{PIPELINE}: removed 1 table, 3 objects" in done.stdout
    assert set(left(endpoints, paths, PIPELINE).values()) == {0}
    assert left(endpoints, paths, OTHER) == {"tables": 1, "stored tables": 1, "objects": 3, "packages": 1, "models": 1}


def test_an_unknown_pipeline_is_one_sentence(paths: StatePaths) -> None:
    done = command(paths, "nothing", "--yes")

    assert done.returncode == 1
    assert "unknown pipeline 'nothing'; pipelines are" in done.stderr
