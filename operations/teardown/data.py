"""Teardown steps that delete data, which requires both confirmations; each returns the number of deletions."""

from common.errors import PlatformError
from operations.teardown.account import Account

_MOST_PER_CALL = 1000
_MOST_IMAGES = 100


def delete_model_versions(account: Account) -> int:
    """Delete the registered model versions: SageMaker deletes only empty groups."""
    client, deleted = account.client("sagemaker"), 0
    groups = account.pages("sagemaker", "list_model_package_groups", "ModelPackageGroupSummaryList")
    for group in [each["ModelPackageGroupName"] for each in groups]:
        if group.startswith(account.prefix):
            packages = account.pages(
                "sagemaker", "list_model_packages", "ModelPackageSummaryList", ModelPackageGroupName=group
            )
            for package in [each["ModelPackageArn"] for each in packages]:
                client.delete_model_package(ModelPackageName=package)
                deleted += 1
    return deleted


def delete_recovery_points(account: Account) -> int:
    """Delete the recovery points: AWS Backup deletes only empty vaults."""
    client, deleted = account.client("backup"), 0
    vaults = account.pages("backup", "list_backup_vaults", "BackupVaultList")
    for vault in [each["BackupVaultName"] for each in vaults]:
        if vault.startswith(account.prefix):
            points = account.pages(
                "backup", "list_recovery_points_by_backup_vault", "RecoveryPoints", BackupVaultName=vault
            )
            for point in [each["RecoveryPointArn"] for each in points]:
                client.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=point)
                deleted += 1
    return deleted


def empty_buckets(account: Account) -> int:
    """Delete every version of every object: S3 deletes only empty buckets.

    The bucket of access logs comes last, because emptying the other buckets writes to it. Raises PlatformError when a
    version cannot be deleted, for example because of Object Lock.
    """
    suffix = f"-{account.names.account}-{account.names.region}"
    buckets = [bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]]
    own = [name for name in buckets if name.startswith(account.prefix) and name.endswith(suffix)]
    logs = account.names.system_bucket("access-logs")
    return sum(empty_bucket(account, bucket) for bucket in sorted(own, key=lambda name: (name == logs, name)))


def empty_bucket(account: Account, bucket: str, folder: str = "") -> int:
    """Delete every version of every object in a bucket, or in one folder of it.

    Raises PlatformError when a version cannot be deleted.
    """
    s3, deleted = account.client("s3"), 0
    while True:
        # Always the first page, because the versions it lists are deleted before the next request.
        page = s3.list_object_versions(Bucket=bucket, Prefix=folder, MaxKeys=_MOST_PER_CALL)
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if not versions:
            return deleted
        objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
        failed = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True}).get("Errors", [])
        if failed:
            reason = f"{failed[0]['Key']}: {failed[0]['Message']}"
            raise PlatformError(f"{bucket}: {len(failed)} versions cannot be deleted, for example {reason}")
        deleted += len(objects)


def delete_assets(account: Account) -> int:
    """Delete the environment's files and images in the bucket and registry of the bootstrap.

    Other environments and apps of the account use the same bucket and registry: everything else there stays.
    """
    names, buckets = account.names, account.client("s3").list_buckets()["Buckets"]
    has_bucket = any(bucket["Name"] == names.assets_bucket for bucket in buckets)
    files = empty_bucket(account, names.assets_bucket, names.asset_folder) if has_bucket else 0
    return files + _delete_images(account)


def _delete_images(account: Account) -> int:
    ecr, repository, deleted = account.client("ecr"), account.names.images_repository, 0
    repositories = account.pages("ecr", "describe_repositories", "repositories")
    if repository not in {each["repositoryName"] for each in repositories}:
        return 0
    images = account.pages("ecr", "list_images", "imageIds", repositoryName=repository)
    # An image under tags of several environments stays until its last tag is removed.
    tags = [each["imageTag"] for each in images if each.get("imageTag", "").startswith(account.names.image_tag_prefix)]
    for start in range(0, len(tags), _MOST_IMAGES):
        ids = [{"imageTag": tag} for tag in tags[start : start + _MOST_IMAGES]]
        answer = ecr.batch_delete_image(repositoryName=repository, imageIds=ids)
        if answer.get("failures"):
            failure = answer["failures"][0]
            raise PlatformError(f"{repository}: image {failure['imageId']}: {failure['failureReason']}")
        deleted += len(ids)
    return deleted
