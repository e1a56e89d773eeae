"""IAM permissions rendered from access contracts: the objects, keys and tables of a job's zones only."""

from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from infra.security.permissions import Grantee, PlatformRole, through_s3, through_service
from jobs.contracts.access import Access
from jobs.contracts.tables import TABLE_ZONES, Zone

_OBJECT_REASON = "jobs choose object names; a zone and a folder of artifacts are limited to the pipeline's prefix"
_TABLE_REASON = "all tables of a database, which contains one zone of one pipeline"


def allow_objects(role: PlatformRole, scope: PipelineScope, access: Access) -> None:
    """Allow the role to list, read and write the pipeline's objects that the contract names.

    For a role that may list the prefix, S3 reports a missing object as missing instead of as forbidden; it compares the
    key of such a request with the prefix of the condition (measured in kopia/kopia#3072, 2023-07).
    """
    names, folders = scope.names, access.readable_folders
    role.allow(["s3:ListBucket"], names.bucket_arns(access.readable), "its prefix only", scope.own_prefix)
    if folders:
        own = scope.own_folders(folders)
        role.allow(["s3:ListBucket"], names.bucket_arns([Zone.ARTIFACTS]), "its folders only", own)
    readable = [*scope.object_arns(access.readable), *scope.folder_arns(folders)]
    role.allow(["s3:GetObject"], readable, _OBJECT_REASON)
    written = [*scope.object_arns(access.writes), *scope.folder_arns(access.writes_folders)]
    role.allow(["s3:AbortMultipartUpload", "s3:PutObject"], written, _OBJECT_REASON)


def allow_tables(role: PlatformRole, scope: PipelineScope, access: Access) -> None:
    """Allow the role to read the tables of its zones and to commit to those it writes.

    Deleting objects is part of writing: Iceberg removes the files of an aborted commit.
    """
    role.allow(["glue:GetDatabase", "glue:GetTable"], scope.catalog_arns(access.readable), _TABLE_REASON)
    written = [zone for zone in access.writes if zone in TABLE_ZONES]
    if written:
        role.allow(["glue:CreateTable", "glue:UpdateTable"], scope.catalog_arns(written), _TABLE_REASON)
        role.allow(["s3:DeleteObject"], scope.object_arns(written), _OBJECT_REASON)


def allow_zone_keys(role: PlatformRole, names: PlatformNames, access: Access, key_arn: str) -> None:
    """Allow the role to use the lake's key through S3 only, and only for the buckets of its zones."""
    conditions = {"StringEquals": through_s3(names, names.bucket_arns(access.zones))}
    role.allow(["kms:Decrypt", "kms:GenerateDataKey"], [key_arn], "one key encrypts all zones of the lake", conditions)


def allow_catalog_key(role: PlatformRole, names: PlatformNames, key_arn: str) -> None:
    """Allow the role to use the key of an encrypted Data Catalog, as every caller of the catalog must be allowed to.

    Glue decrypts and encrypts table definitions with the permissions of its caller (Glue developer guide, encrypting
    your Data Catalog, read 2026-11-29).
    """
    through = {"StringEquals": through_service(names, "glue")}
    actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    role.allow(actions, [key_arn], "one key encrypts the Data Catalog", through)


def allow_code(role: PlatformRole, names: PlatformNames) -> None:
    """Allow the role to read the archive and the entry point of jobs among the CDK assets."""
    bucket = f"arn:aws:s3:::{names.assets_bucket}"
    role.allow(["s3:ListBucket"], [bucket], "Hadoop file systems list a file before they read it")
    objects = [f"{bucket}/{names.asset_folder}*.{suffix}" for suffix in ("json", "py", "zip")]
    role.allow(["s3:GetObject"], objects, "job code is named by the hash of its content")


def allow_tracking(role: Grantee, names: PlatformNames, key_arn: str) -> None:
    """Allow a role to log in to MLflow with the account of jobs."""
    # Secrets Manager appends a hyphen and six random characters to the ARN.
    secret = names.arn("secretsmanager", f"secret:{names.tracking_secret}-??????")
    role.allow(["secretsmanager:GetSecretValue"], [secret], "the MLflow account of jobs")
    through = {"StringEquals": through_service(names, "secretsmanager")}
    role.allow(["kms:Decrypt"], [key_arn], "the secret is encrypted", through)
