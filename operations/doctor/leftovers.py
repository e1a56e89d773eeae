"""Resources that an earlier deployment left behind, whose names the next creation needs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from checks.environment.shared_names import physical_names
from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject


@dataclass(frozen=True, kw_only=True)
class _Listing:
    """How the account lists the resources of a type by their names."""

    service: str
    operation: str
    key: str
    field: str


#: The types with literal names that outlive their stack: CloudFormation retains them, or they hold data.
LISTINGS = {
    "AWS::Backup::BackupVault": _Listing(
        service="backup", operation="list_backup_vaults", key="BackupVaultList", field="BackupVaultName"
    ),
    "AWS::Glue::Database": _Listing(service="glue", operation="get_databases", key="DatabaseList", field="Name"),
    "AWS::KMS::Alias": _Listing(service="kms", operation="list_aliases", key="Aliases", field="AliasName"),
    "AWS::Logs::LogGroup": _Listing(
        service="logs", operation="describe_log_groups", key="logGroups", field="logGroupName"
    ),
    "AWS::RDS::DBInstance": _Listing(
        service="rds", operation="describe_db_instances", key="DBInstances", field="DBInstanceIdentifier"
    ),
    "AWS::S3::Bucket": _Listing(service="s3", operation="list_buckets", key="Buckets", field="Name"),
    "AWS::SageMaker::FeatureGroup": _Listing(
        service="sagemaker", operation="list_feature_groups", key="FeatureGroupSummaries", field="FeatureGroupName"
    ),
    "AWS::SageMaker::ModelPackageGroup": _Listing(
        service="sagemaker",
        operation="list_model_package_groups",
        key="ModelPackageGroupSummaryList",
        field="ModelPackageGroupName",
    ),
}


def leftover_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for each stack that is not deployed although resources with its names exist."""
    remaining: dict[str, list[str]] = defaultdict(list)
    for type_name, listing in LISTINGS.items():
        wanted = _wanted(subject, type_name)
        if wanted:
            existing = {item[listing.field] for item in subject.pages(listing.service, listing.operation, listing.key)}
            for name in sorted(wanted.keys() & existing):
                remaining[wanted[name]].append(f"{type_name.split('::')[-1]} {name}")
    for purpose, resources in remaining.items():
        yield Obstacle(
            stage=purpose,
            what=f"resources of stack {subject.names.resource(purpose)} exist without it, {len(resources)} in all: "
            f"{', '.join(resources[:4])}{' and others' if len(resources) > 4 else ''}",
            why='each has the name that the stack gives to a new resource, so its creation ends with "already exists"',
            remedy=[
                f"make deploy ENV={subject.config.environment} OPTIONS=--import-existing-resources"
                "    # adopts them; delete them instead if they are empty"
            ],
        )


def deleted_secret_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for secrets whose deletion is scheduled: their names are taken for up to thirty days."""
    wanted = _wanted(subject, "AWS::SecretsManager::Secret")
    if not wanted:
        return
    secrets = subject.pages("secretsmanager", "list_secrets", "SecretList", IncludePlannedDeletion=True)
    deleted = sorted(each["Name"] for each in secrets if "DeletedDate" in each and each["Name"] in wanted)
    if deleted:
        yield Obstacle(
            stage=wanted[deleted[0]],
            what=f"the deletion of {', '.join(deleted)} is scheduled",
            why='a secret of that name cannot be created: "already scheduled for deletion"',
            remedy=[
                f"aws secretsmanager delete-secret --force-delete-without-recovery --secret-id {name}"
                for name in deleted
            ],
        )


def _wanted(subject: Subject, type_name: str) -> dict[str, str]:
    """Return the literal names of a type in the templates of stacks that are not deployed, with the stack."""
    given = {name: where for (each, name), where in physical_names(subject.assembly).items() if each == type_name}
    wanted = {name: where.partition("/")[0] for name, where in given.items()}
    # What a failed creation left is removed with its stack, which is an obstacle of its own.
    return {name: purpose for name, purpose in wanted.items() if purpose not in subject.stacks}
