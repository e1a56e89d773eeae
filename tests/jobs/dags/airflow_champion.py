"""Runs in the Airflow environment: gate and registration of models, one after the other, and the champion after each.

The arguments are the model package group and the addresses of the evaluations.
"""

import json
import sys
from collections.abc import Iterator, Sequence

from jobs.dags.champion import newest_approved
from jobs.dags.gate import approval
from jobs.dags.model_jobs.operators import RegisterModelVersionOperator


def champions(group: str, evaluations: Sequence[str]) -> Iterator[str | None]:
    """The model data that scoring would use, before the first model and after each."""
    yield _scored(group)
    for evaluation in evaluations:
        model_data = evaluation.replace("evaluation.json", "model.tar.gz")
        if status := approval(evaluation):
            container = {"Image": "serving:1", "ModelDataUrl": model_data}
            request = {
                "ModelPackageGroupName": group,
                "ModelApprovalStatus": status,
                "InferenceSpecification": {
                    "Containers": [container],
                    "SupportedContentTypes": ["application/x-parquet"],
                    "SupportedResponseMIMETypes": ["application/jsonlines"],
                },
            }
            RegisterModelVersionOperator(
                task_id="register",
                image_uri="serving:1",
                model_url=model_data,
                package_group_name=group,
                extras=request,
                aws_conn_id=None,
            ).execute({})
        yield _scored(group)


def _scored(group: str) -> str | None:
    found = newest_approved(group)
    return found["ModelDataUrl"] if found else None


if __name__ == "__main__":
    print(json.dumps({"champions": list(champions(sys.argv[1], sys.argv[2:]))}))
