"""The gate between training and release, which reads the evaluation that the training job wrote."""

import json
import logging
from typing import Any

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.hooks.s3 import S3Hook

log = logging.getLogger(__name__)


def decision(evaluation_uri: str) -> dict[str, Any]:
    """What an evaluation decides about its model; raises AirflowException if it does not say it clearly.

    An `approved` model is registered. A model that `is_champion` is better than the champion and takes its place.
    """
    bucket, key = S3Hook.parse_s3_url(evaluation_uri)
    evaluation = json.loads(S3Hook(aws_conn_id=None).read_key(key, bucket))
    decided = {name: evaluation.get(name) for name in ("approved", "is_champion", "model_version")}
    for name, allowed in (("approved", bool), ("is_champion", bool), ("model_version", str)):
        if not isinstance(decided[name], allowed):
            what = "true and false" if allowed is bool else "the text of a version"
            raise AirflowException(f"{evaluation_uri}: {name!r} is {decided[name]!r}; allowed are {what}")
    log.info("%s: %s", evaluation_uri, decided)
    return decided


def approval(evaluation_uri: str) -> dict[str, Any] | None:
    """The decision about an approved model; None keeps the model out of SageMaker's registry."""
    decided = decision(evaluation_uri)
    return decided if decided["approved"] else None
