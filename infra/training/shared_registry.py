"""Permissions for a model registry that several accounts share, on the owner's and on the consumer's side.

Access across accounts needs both sides. The owner's resource policies name the accounts and admit only roles of the
platform; each consumer allows its own roles the same exact actions. Only the owner's account can write or approve.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from infra.names import PlatformNames
from infra.security.permissions import PlatformRole, through_s3
from jobs.contracts.access import Folder
from jobs.contracts.names import PLATFORM
from jobs.contracts.tables import Zone

#: The folders that consumers can read: models and their evaluations.
FOLDERS = (Folder.MODELS, Folder.EVALUATIONS)
_GROUP_ACTIONS = ["sagemaker:DescribeModelPackageGroup"]
_VERSION_ACTIONS = ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"]


def group_policy(names: PlatformNames, group: str, consumers: Sequence[str]) -> dict[str, Any]:
    """The resource policy with which consumers list and describe the model versions of a group."""
    group_arn, version_arns = _registry_arns(names, group)
    statements = [
        iam.PolicyStatement(
            actions=actions,
            resources=[arn],
            principals=_account_principals(consumers),
            conditions=_platform_roles_only(),
        )
        for actions, arn in ((_GROUP_ACTIONS, group_arn), (_VERSION_ACTIONS, version_arns))
    ]
    return {"Version": "2012-10-17", "Statement": [statement.to_statement_json() for statement in statements]}


def share_artifacts(bucket: s3.Bucket, consumers: Sequence[str]) -> None:
    """Allow consumers to read models and evaluations in the artifacts bucket."""
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="RegistryConsumers",
            principals=_account_principals(consumers),
            actions=["s3:GetObject"],
            resources=[bucket.arn_for_objects(f"{folder}/*") for folder in FOLDERS],
            conditions=_platform_roles_only(),
        )
    )


def share_key(key: kms.Key, names: PlatformNames, consumers: Sequence[str]) -> None:
    """Allow consumers to decrypt objects of the artifacts bucket, through S3 only."""
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="RegistryConsumers",
            principals=_account_principals(consumers),
            actions=["kms:Decrypt"],
            resources=["*"],
            conditions={**_platform_roles_only(), "StringEquals": _through_artifacts(names)},
        )
    )


def allow_packages(role: PlatformRole, registry: PlatformNames) -> None:
    """Allow a role to describe another account's model versions and to read their evaluations.

    The pattern stands for the groups of all pipelines, whose list would outgrow a policy. The policy of each group,
    in the account of the registry, names that group alone.
    """
    group_arns, version_arns = _registry_arns(registry, f"{registry.prefix}-*")
    role.allow(_GROUP_ACTIONS, [group_arns], "the groups that the registry's account shares")
    role.allow(_VERSION_ACTIONS, [version_arns], "the versions of shared groups are numbered when they are registered")
    _allow_folder(role, registry, f"{Folder.EVALUATIONS}/")


def allow_models(role: PlatformRole, registry: PlatformNames, pipeline: str) -> None:
    """Allow a role to read models of a pipeline in another account."""
    _allow_folder(role, registry, f"{Folder.MODELS}/{pipeline}/")


def _allow_folder(role: PlatformRole, registry: PlatformNames, prefix: str) -> None:
    objects = registry.object_arns([Zone.ARTIFACTS], prefix)
    role.allow(["s3:GetObject"], objects, "the registry's account shares this folder; runs name the objects")
    keys, reason = (
        registry.arn("kms", "key/*"),
        "the id of another account's key is not known here; the bucket in the encryption context limits it",
    )
    role.allow(["kms:Decrypt"], [keys], reason, {"StringEquals": _through_artifacts(registry)})


def _through_artifacts(owner: PlatformNames) -> dict[str, str | list[str]]:
    (bucket,) = owner.bucket_arns([Zone.ARTIFACTS])
    return through_s3(owner, bucket)


def _registry_arns(names: PlatformNames, group: str) -> tuple[str, str]:
    return names.arn("sagemaker", f"model-package-group/{group}"), names.arn("sagemaker", f"model-package/{group}/*")


def _account_principals(consumers: Sequence[str]) -> list[iam.IPrincipal]:
    return [iam.AccountPrincipal(account) for account in consumers]


def _platform_roles_only() -> dict[str, dict[str, str]]:
    """The condition that allows all roles of the platform; policies of their own account restrict them further.

    A role named as principal would have to exist before the registry's stacks, but its account is deployed later.
    """
    return {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/{PLATFORM}-*"}}
