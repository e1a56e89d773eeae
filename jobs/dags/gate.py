"""The gate between training and release, which reads the evaluation that the training job wrote."""

import json
import logging

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.hooks.s3 import S3Hook

log = logging.getLogger(__name__)


def is_approved(evaluation_uri: str) -> bool:
    """Whether the evaluation approves the model: it reaches its goals and is not clearly worse than the champion."""
    bucket, key = S3Hook.parse_s3_url(evaluation_uri)
    evaluation = json.loads(S3Hook(aws_conn_id=None).read_key(key, bucket))
    approved = evaluation.get("approved")
    if not isinstance(approved, bool):
        raise AirflowException(f"{evaluation_uri}: 'approved' is {approved!r}; allowed are true and false")
    log.info("%s: approved is %s", evaluation_uri, approved)
    return approved
