"""Smoke test of a deployed Airflow: it lists exactly the DAGs of its release and has no import errors.

A successful deployment does not prove this, and DAGs that do not appear leave no trace in the logs.
"""

import json
from collections.abc import Callable
from typing import Any

from common.errors import PlatformError
from infra.orchestration.airflow_release import MANIFEST

#: Airflow reads a new DAG folder within five minutes (dag_processor.refresh_interval); workers start as well at first.
ATTEMPTS = 20
_PAGE = 100


def require_release(mwaa: Any, s3: Any, name: str, *, pause: Callable[[], None], attempts: int = ATTEMPTS) -> list[str]:
    """Wait until Airflow lists the DAGs of its release and return their ids; raises PlatformError when it does not."""
    expected = _expected(mwaa, s3, name)
    for remaining in reversed(range(attempts)):
        listed = {str(dag["dag_id"]) for dag in _items(mwaa, name, "/dags", "dags")}
        errors = _items(mwaa, name, "/importErrors", "import_errors")
        if listed == expected and not errors:
            return sorted(listed)
        if remaining:
            pause()
    details = [f"{error['filename']}: {str(error['stack_trace']).strip().splitlines()[-1]}" for error in errors]
    missing, unexpected = sorted(expected - listed), sorted(listed - expected)
    raise PlatformError(f"DAGs of {name}: missing {missing}, unexpected {unexpected}, import errors {details}")


def _expected(mwaa: Any, s3: Any, name: str) -> set[str]:
    environment = mwaa.get_environment(Name=name)["Environment"]
    bucket = environment["SourceBucketArn"].rpartition(":")[2]
    key = f"{environment['DagS3Path'].rstrip('/')}/{MANIFEST}"
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return set(manifest["dags"])


def _items(mwaa: Any, name: str, path: str, field: str) -> list[dict[str, Any]]:
    """Return all items of a collection of Airflow's REST API, from all pages."""
    items: list[dict[str, Any]] = []
    while True:
        query = {"limit": _PAGE, "offset": len(items)}
        response = mwaa.invoke_rest_api(Name=name, Path=path, Method="GET", QueryParameters=query)
        status, page = response["RestApiStatusCode"], response["RestApiResponse"]
        if status != 200:
            raise PlatformError(f"Airflow of {name} returned status {status} for {path}, expected is 200")
        items += page[field]
        if len(items) >= page["total_entries"] or not page[field]:
            return items
