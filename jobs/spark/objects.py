"""Small objects in S3: reports and manifests, written by the AWS SDK because no cluster is needed for them."""

import json
from urllib.parse import urlsplit

import boto3

from jobs.contracts.tables import ContractError


def write_json(uri: str, value: object) -> None:
    """Store a value as JSON at an `s3://bucket/key` address."""
    parts = urlsplit(uri)
    key = parts.path.lstrip("/")
    if parts.scheme != "s3" or not parts.netloc or not key:
        raise ContractError(f"address {uri!r} of an object: allowed is s3://bucket/key")
    body = json.dumps(value, indent=1).encode()
    boto3.client("s3").put_object(Bucket=parts.netloc, Key=key, Body=body, ContentType="application/json")
