"""Writing of small JSON objects to S3, such as reports and manifests, with the AWS SDK instead of Spark."""

import json
from urllib.parse import urlsplit

import boto3

from jobs.contracts.tables import ContractError


def write_json(uri: str, value: object) -> None:
    """Write a value as JSON to an `s3://bucket/key` URI; raises ContractError for any other URI."""
    parts = urlsplit(uri)
    key = parts.path.lstrip("/")
    if parts.scheme != "s3" or not parts.netloc or not key:
        raise ContractError(f"URI {uri!r} of an object: allowed is s3://bucket/key")
    body = json.dumps(value, indent=1).encode()
    boto3.client("s3").put_object(Bucket=parts.netloc, Key=key, Body=body, ContentType="application/json")
