"""Runs in the Airflow environment: gate, registration and promotion of models, and the champion after each.

The arguments are a JSON file with what a DAG knows of the environment, and the addresses of the evaluations.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from airflow.exceptions import AirflowSkipException

from jobs.dags.champion import newest_approved, promote
from jobs.dags.champion_alias import ChampionAlias
from jobs.dags.gate import approval
from jobs.dags.model_jobs.operators import RegisterModelVersionOperator


def champions(known: Mapping[str, Any], evaluations: Sequence[str]) -> Iterator[str | None]:
    """The model data that scoring would use, before the first model and after each."""
    group = known["group"]
    yield _scored(group)
    for evaluation in evaluations:
        if decided := approval(evaluation):
            package = _register(group, evaluation, decided["model_version"])
            promotion = (evaluation, package, group, known["approval"], known["alias"])
            # The worker dies between the two writes; Airflow repeats the task.
            with patch.object(ChampionAlias, "set_to", side_effect=KeyboardInterrupt):
                _promote(*promotion)
            _promote(*promotion)
        yield _scored(group)


def _promote(*promotion: Any) -> None:
    try:
        promote(*promotion)
    except KeyboardInterrupt:
        print("killed before the alias was set")
    except AirflowSkipException as skipped:
        print(json.dumps({"skipped": str(skipped)}))


def _register(group: str, evaluation: str, version: str) -> str:
    model_data = evaluation.replace("evaluation.json", "model.tar.gz")
    request = {
        "ModelPackageGroupName": group,
        "ModelApprovalStatus": "PendingManualApproval",
        "CustomerMetadataProperties": {"mlflow_version": version},
        "InferenceSpecification": {
            "Containers": [{"Image": "serving:1", "ModelDataUrl": model_data}],
            "SupportedContentTypes": ["application/x-parquet"],
            "SupportedResponseMIMETypes": ["application/jsonlines"],
        },
    }
    return str(
        RegisterModelVersionOperator(
            task_id="register",
            image_uri="serving:1",
            model_url=model_data,
            package_group_name=group,
            extras=request,
            aws_conn_id=None,
        ).execute({})
    )


def _scored(group: str) -> str | None:
    found = newest_approved(group)
    return found["ModelDataUrl"] if found else None


if __name__ == "__main__":
    environment = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps({"champions": list(champions(environment, sys.argv[2:]))}))
