"""Synthesizes the data stack alone and reads its buckets."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from aws_cdk.assertions import Template

from infra.config.governance_config import LakeConfig
from infra.environments import DEV
from infra.names import PlatformNames
from jobs.contracts.tables import Zone
from stacks.data_stack import DataStack
from stacks.synth import new_app
from tests.stacks.templates import resources

NAMES = PlatformNames.of(DEV)


def synthesized(folder: Path, lake: LakeConfig) -> dict[str, Any]:
    """Synthesize the data stack of dev with these lake settings."""
    stack = DataStack(new_app(folder), config=replace(DEV, lake=lake))
    return dict(Template.from_stack(stack).to_json())


def bucket(template: dict[str, Any], zone: Zone) -> dict[str, Any]:
    """Return the properties of a zone's bucket."""
    (found,) = (each for each in resources(template, "AWS::S3::Bucket") if each["BucketName"] == NAMES.bucket(zone))
    return found


def bucket_key(template: dict[str, Any], prefix: str) -> Any:
    """Return the KMS key of the bucket whose name starts with `prefix`."""
    (found,) = (each for each in resources(template, "AWS::S3::Bucket") if each["BucketName"].startswith(prefix))
    (rule,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    return rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
