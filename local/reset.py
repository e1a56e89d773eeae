"""Remove everything that the runs of one pipeline left on the local platform."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from common.paths import StatePaths
from jobs.contracts.access import Folder
from jobs.contracts.tables import TABLE_ZONES, Zone
from local.api.persistence import DurableState
from local.endpoints import Endpoints
from local.lake import LakeTable, lake_tables

#: The folders of the artifacts bucket in which each pipeline has a folder of its own.
_FOLDERS = (Folder.REPORTS, Folder.DATASETS, Folder.TUNING, Folder.MODELS, Folder.CHECKPOINTS, Folder.EVALUATIONS)
_KEYS_PER_REQUEST = 1000


@dataclass(frozen=True)
class Removed:
    """How much was removed."""

    tables: int
    objects: int
    model_versions: int
    registry_records: int


def reset(paths: StatePaths, endpoints: Endpoints, pipeline: str) -> Removed:
    """Remove tables, files, models and registry entries of a pipeline.

    Catalog and registry are changed on disk, from which the local API restores them at its next start.
    """
    tables = tables_of(paths, pipeline)
    objects = sum(_delete_objects(endpoints, uri) for uri in _locations(endpoints, pipeline, tables))
    versions = _delete_model(endpoints, endpoints.names.model_name(pipeline))
    state, group = DurableState(paths.catalog), endpoints.names.model_package_group(pipeline)
    entries = state.forget(
        [(table.database, table.name) for table in tables], lambda request: _belongs(request, pipeline, group)
    )
    return Removed(len(tables), objects, versions, entries)


def tables_of(paths: StatePaths, pipeline: str) -> list[LakeTable]:
    """Return the tables of a pipeline."""
    return [table for table in lake_tables(paths) if table.short_name.startswith(f"{pipeline}.")]


def _locations(endpoints: Endpoints, pipeline: str, tables: list[LakeTable]) -> Iterator[str]:
    yield from (f"{table.location.partition('/metadata/')[0]}/" for table in tables)
    names = endpoints.names
    yield from (names.uri(zone, pipeline, "") for zone in (Zone.LANDING, *TABLE_ZONES))
    yield from (names.uri(Zone.ARTIFACTS, folder, pipeline, "") for folder in _FOLDERS)


def _delete_objects(endpoints: Endpoints, uri: str) -> int:
    client = endpoints.object_store.client
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    for start in range(0, len(keys), _KEYS_PER_REQUEST):
        objects = [{"Key": key} for key in keys[start : start + _KEYS_PER_REQUEST]]
        client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    return len(keys)


def _delete_model(endpoints: Endpoints, name: str) -> int:
    """Delete a registered model of MLflow and return the number of its versions; its runs are kept."""
    client = MlflowClient(endpoints.tracking_server.uri)
    versions = len(client.search_model_versions(f"name='{name}'"))
    try:
        client.delete_registered_model(name)
    except MlflowException:  # no model has been registered
        return 0
    return versions


def _belongs(request: dict[str, Any], pipeline: str, group: str) -> bool:
    """Return whether a write to SageMaker's registry is of this pipeline: by its group, its ARN or its tags."""
    if request.get("ModelPackageGroupName") == group or f":model-package/{group}/" in request.get(
        "ModelPackageArn", ""
    ):
        return True
    return {"Key": "pipeline", "Value": pipeline} in request.get("Tags", [])
