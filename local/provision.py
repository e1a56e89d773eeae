"""Create the resources of the synthesized dev templates in the local API and S3."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from common.errors import PlatformError
from local.templates import Resource, Templates

_EXISTS = {
    "BucketAlreadyOwnedByYou",
    "BucketAlreadyExists",
    "EntityAlreadyExists",
    "AlreadyExistsException",
    "ResourceInUse",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def provision(templates: Templates, assembly: Path, s3: Any, session: boto3.Session, endpoint: str) -> dict[str, int]:
    """Create missing resources and upload the code assets; returns the number of resources by type."""
    clients = {name: session.client(name, endpoint_url=endpoint) for name in ("iam", "glue", "sagemaker", "emr")}
    creators: dict[str, Callable[[Resource], Any]] = {
        "AWS::IAM::Role": lambda each: _role(clients["iam"], each),
        "AWS::IAM::ManagedPolicy": lambda each: _managed_policy(clients["iam"], each),
        "AWS::S3::Bucket": lambda each: s3.create_bucket(Bucket=each.properties["BucketName"]),
        "AWS::Glue::Database": lambda each: clients["glue"].create_database(
            DatabaseInput=each.properties["DatabaseInput"]
        ),
        "AWS::EMR::SecurityConfiguration": lambda each: _security_configuration(clients["emr"], each),
        "AWS::SageMaker::FeatureGroup": lambda each: _feature_group(clients["sagemaker"], each),
        "AWS::SageMaker::ModelPackageGroup": lambda each: _model_package_group(clients["sagemaker"], each),
    }
    counts = dict.fromkeys(creators, 0)
    for resource in templates.resources(*creators):
        with _ignore_existing(resource):
            creators[resource.type](resource)
        counts[resource.type] += 1
    _upload_code(templates, assembly, s3)
    return counts


@contextmanager
def _ignore_existing(resource: Resource) -> Iterator[None]:
    """Suppress errors that report an existing resource; raises PlatformError with the resource for any other error."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in _EXISTS:
            raise PlatformError(f"{resource.stack}/{resource.logical_id}: {error}") from error


def _role(iam: Any, resource: Resource) -> None:
    properties = resource.properties
    trust = json.dumps(properties["AssumeRolePolicyDocument"])
    iam.create_role(RoleName=properties["RoleName"], AssumeRolePolicyDocument=trust)
    for policy in properties.get("Policies", []):
        document = json.dumps(policy["PolicyDocument"])
        iam.put_role_policy(RoleName=properties["RoleName"], PolicyName=policy["PolicyName"], PolicyDocument=document)


def _managed_policy(iam: Any, resource: Resource) -> None:
    properties = resource.properties
    name = properties.get("ManagedPolicyName", resource.logical_id)
    created = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(properties["PolicyDocument"]))
    for role in properties.get("Roles", []):
        iam.attach_role_policy(RoleName=role, PolicyArn=created["Policy"]["Arn"])


def _security_configuration(emr: Any, resource: Resource) -> None:
    configuration = json.dumps(resource.properties["SecurityConfiguration"])
    emr.create_security_configuration(Name=resource.properties["Name"], SecurityConfiguration=configuration)


def _feature_group(sagemaker: Any, resource: Resource) -> None:
    required = ("FeatureGroupName", "RecordIdentifierFeatureName", "EventTimeFeatureName", "FeatureDefinitions")
    request = {name: resource.properties[name] for name in (*required, "OfflineStoreConfig", "RoleArn")}
    sagemaker.create_feature_group(**request)


def _model_package_group(sagemaker: Any, resource: Resource) -> None:
    sagemaker.create_model_package_group(
        ModelPackageGroupName=resource.properties["ModelPackageGroupName"],
        ModelPackageGroupDescription=resource.properties.get("ModelPackageGroupDescription", ""),
    )


def _upload_code(templates: Templates, assembly: Path, s3: Any) -> None:
    """Upload the code assets of the settings to the S3 locations that job requests use."""
    options = templates.airflow_options()
    assets = {(asset["bucketName"], asset["objectKey"]): source for asset, source in _file_assets(assembly)}
    for key in ("platform.code_archive_uri", "platform.code_entry_uri"):
        bucket, _, name = options[key].removeprefix("s3://").partition("/")
        if (bucket, name) not in assets:
            raise PlatformError(f"{key} is {options[key]}, which is not an asset of {assembly}; synthesize again")
        source = assets[bucket, name]
        with suppress(ClientError):
            s3.create_bucket(Bucket=bucket)
        path = assembly / source["path"]
        s3.put_object(Bucket=bucket, Key=name, Body=_zipped(path) if path.is_dir() else path.read_bytes())


def _file_assets(assembly: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    for manifest in sorted(assembly.glob("*.assets.json")):
        for asset in json.loads(manifest.read_text())["files"].values():
            for destination in asset["destinations"].values():
                yield destination, asset["source"]


def _zipped(folder: Path) -> bytes:
    """Return the folder as a zip archive whose bytes depend only on its content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            archive.writestr(zipfile.ZipInfo(str(path.relative_to(folder)), _EPOCH), path.read_bytes())
    return buffer.getvalue()
