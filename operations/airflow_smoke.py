"""Asks a deployed Airflow what it shows: exactly the DAGs of the release it was given, and none that fails to import.

A deployment that ends well proves nothing of this: DAGs that never appear leave no trace in the logs.
"""

import json
from collections.abc import Callable
from typing import Any

from common.errors import PlatformError
from infra.orchestration.airflow_release import MANIFEST

#: A new DAG folder is read within five minutes (dag_processor.refresh_interval); the first time, workers start too.
ATTEMPTS = 20
_PAGE = 100


def require_release(mwaa: Any, s3: Any, name: str, *, pause: Callable[[], None], attempts: int = ATTEMPTS) -> list[str]:
    """Wait until Airflow shows what the release promises and return the DAGs; raises PlatformError otherwise."""
    promised = _promised(mwaa, s3, name)
    for left in reversed(range(attempts)):
        shown = {str(dag["dag_id"]) for dag in _listed(mwaa, name, "/dags", "dags")}
        errors = _listed(mwaa, name, "/importErrors", "import_errors")
        if shown == promised and not errors:
            return sorted(shown)
        if left:
            pause()
    told = [f"{error['filename']}: {str(error['stack_trace']).strip().splitlines()[-1]}" for error in errors]
    missing, unexpected = sorted(promised - shown), sorted(shown - promised)
    raise PlatformError(f"DAGs of {name}: missing {missing}, unexpected {unexpected}, import errors {told}")


def _promised(mwaa: Any, s3: Any, name: str) -> set[str]:
    environment = mwaa.get_environment(Name=name)["Environment"]
    bucket = environment["SourceBucketArn"].rpartition(":")[2]
    key = f"{environment['DagS3Path'].rstrip('/')}/{MANIFEST}"
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return set(manifest["dags"])


def _listed(mwaa: Any, name: str, path: str, field: str) -> list[dict[str, Any]]:
    """Everything of a collection of Airflow's REST API, page after page."""
    found: list[dict[str, Any]] = []
    while True:
        query = {"limit": _PAGE, "offset": len(found)}
        answer = mwaa.invoke_rest_api(Name=name, Path=path, Method="GET", QueryParameters=query)
        status, page = answer["RestApiStatusCode"], answer["RestApiResponse"]
        if status != 200:
            raise PlatformError(f"Airflow of {name} answered {path} with {status}; allowed is 200")
        found += page[field]
        if len(found) >= page["total_entries"] or not page[field]:
            return found
