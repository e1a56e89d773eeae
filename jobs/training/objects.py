"""Reading and writing of JSON objects in S3."""

import json
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jobs.training.errors import TrainingError

_SCHEME = "s3://"


def read_json(uri: str) -> dict[str, Any]:
    """The JSON object at an `s3://` URI; raises TrainingError when it cannot be read."""
    bucket, key = _split(uri)
    try:
        body = _client().get_object(Bucket=bucket, Key=key)["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise TrainingError(f"{uri} cannot be read: {error}; check that the job that writes it succeeded") from error
    try:
        document: dict[str, Any] = json.loads(body)
    except ValueError as error:
        raise TrainingError(f"{uri} is not JSON: {error}; run the job that writes it again") from error
    return document


def write_json(uri: str, document: dict[str, Any]) -> None:
    """Write a JSON object to an `s3://` URI; raises TrainingError when it cannot be written."""
    bucket, key = _split(uri)
    body = json.dumps(document, indent=1).encode()
    try:
        _client().put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    except (BotoCoreError, ClientError) as error:
        raise TrainingError(f"{uri} cannot be written: {error}; check the permissions of the training role") from error


def _client() -> Any:
    # Bucket names as host names resolve on AWS only; path-style addresses also work on the local platform.
    return boto3.client("s3", config=Config(s3={"addressing_style": "path"}))


def _split(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix(_SCHEME).partition("/")
    if not uri.startswith(_SCHEME) or not bucket or not key:
        raise TrainingError(f"{uri!r} is not the URI of an object; allowed is s3://<bucket>/<key>")
    return bucket, key
