"""The gate between training and release, which reads the evaluation that the training job wrote."""

import json
import logging

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.hooks.s3 import S3Hook

log = logging.getLogger(__name__)

#: Statuses of model versions in SageMaker's registry.
APPROVED, PENDING = "Approved", "PendingManualApproval"


def approval(evaluation_uri: str) -> str | None:
    """The status with which the model of an evaluation is registered; None keeps it out of the registry.

    A model that reaches its goals and is not clearly worse than the champion is registered. Only a model that is better
    than the champion is approved, so that the scoring DAG uses it.
    """
    bucket, key = S3Hook.parse_s3_url(evaluation_uri)
    evaluation = json.loads(S3Hook(aws_conn_id=None).read_key(key, bucket))
    approved, is_champion = (evaluation.get(name) for name in ("approved", "is_champion"))
    for name, value in (("approved", approved), ("is_champion", is_champion)):
        if not isinstance(value, bool):
            raise AirflowException(f"{evaluation_uri}: {name!r} is {value!r}; allowed are true and false")
    log.info("%s: approved is %s, is_champion is %s", evaluation_uri, approved, is_champion)
    if not approved:
        return None
    return APPROVED if is_champion else PENDING
