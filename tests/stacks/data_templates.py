"""The data stack alone, and what its tests look for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from aws_cdk.assertions import Template

from infra.config.governance_config import LakeConfig
from infra.environments import DEV
from infra.names import PlatformNames
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone
from stacks.data_stack import DataStack
from stacks.synth import new_app
from tests.infra.pipelines import METERS
from tests.stacks.templates import resources

NAMES = PlatformNames.of(DEV)


def synthesized(folder: Path, lake: LakeConfig, pipeline: Pipeline = METERS) -> dict[str, Any]:
    """The data stack alone, with these options."""
    stack = DataStack(new_app(folder), config=replace(DEV, lake=lake), pipelines=[pipeline])
    return dict(Template.from_stack(stack).to_json())


def bucket(template: dict[str, Any], zone: Zone) -> dict[str, Any]:
    (found,) = (each for each in resources(template, "AWS::S3::Bucket") if each["BucketName"] == NAMES.bucket(zone))
    return found


def bucket_key(template: dict[str, Any], prefix: str) -> Any:
    """The key of the bucket whose name starts so."""
    (found,) = (each for each in resources(template, "AWS::S3::Bucket") if each["BucketName"].startswith(prefix))
    (rule,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    return rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
