"""Deny statements of the bucket policy of each zone, which override all permissions of roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

_KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"
_ENCRYPTION = "s3:x-amz-server-side-encryption"
_CUSTOMER_KEY = "s3:x-amz-server-side-encryption-customer-algorithm"


def protect(bucket: s3.Bucket, *, account: str, key_arn: str, readers: Sequence[str] = ()) -> None:
    """Deny access to accounts other than this one and the readers, and objects that are encrypted with another key."""
    objects, everything = [bucket.arn_for_objects("*")], [bucket.bucket_arn, bucket.arn_for_objects("*")]
    # Requests by AWS services are exempt: they act for a caller of this account, or another statement allows them.
    other_accounts = {
        "StringNotEquals": {"aws:PrincipalAccount": [account, *readers]},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    _deny(bucket, "OtherAccounts", ["s3:*"], everything, other_accounts)
    # Objects of requests without encryption headers get the bucket's key. A request with such headers must name this
    # key: `aws:kms` alone means the AWS managed key (S3 user guide, specifying SSE-KMS, read 2026-11-24).
    other_key = {"Null": {_ENCRYPTION: "false"}, "StringNotEquals": {_KEY: key_arn}}
    _deny(bucket, "OtherKeys", ["s3:PutObject"], objects, other_key)
    _deny(bucket, "CustomerProvidedKeys", ["s3:PutObject"], objects, {"Null": {_CUSTOMER_KEY: "false"}})


def _deny(
    bucket: s3.Bucket, sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Any]
) -> None:
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid=sid,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=list(actions),
            resources=list(resources),
            conditions=dict(conditions),
        )
    )
