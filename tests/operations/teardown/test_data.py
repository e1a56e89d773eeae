from datetime import UTC, datetime
from typing import Any

import pytest

from common.errors import PlatformError
from jobs.contracts.tables import Zone
from operations.teardown import data
from operations.teardown.account import Account
from tests.operations.teardown.conftest import NAMES, stubbed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LOGS = NAMES.system_bucket("access-logs")
OTHERS = ("mlops-dev-data-of-somebody", f"mlops-prod-raw-{NAMES.account}-{NAMES.region}")


def bucket(account: Account, name: str, versions: int) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for number in range(versions):
        s3.put_object(Bucket=name, Key="a", Body=str(number).encode())
    s3.delete_object(Bucket=name, Key="a")


def test_every_version_and_marker_of_own_buckets_goes(account: Account) -> None:
    for name in (NAMES.bucket(Zone.RAW), LOGS, *OTHERS):
        bucket(account, name, versions=3)
    assert data.empty_buckets(account) == 2 * 4
    s3 = account.client("s3")
    left = {each["Name"]: s3.list_object_versions(Bucket=each["Name"]) for each in s3.list_buckets()["Buckets"]}
    assert {name for name, found in left.items() if found.get("Versions")} == set(OTHERS)
    assert not left[LOGS].get("DeleteMarkers")
    assert data.empty_buckets(account) == 0


def test_more_versions_than_one_call_takes_go(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "_MOST_PER_CALL", 2)
    bucket(account, NAMES.bucket(Zone.RAW), versions=4)
    assert data.empty_buckets(account) == 5
    assert data.empty_buckets(account) == 0


def test_locked_versions_are_named_and_not_passed_over(account: Account) -> None:
    s3, name = account.client("s3"), NAMES.bucket(Zone.LANDING)
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    s3.put_object(Bucket=name, Key="flights.csv", Body=b"1")
    with pytest.raises(PlatformError, match=r"1 versions cannot be deleted, for example flights\.csv"):
        data.empty_buckets(account)


def test_versions_of_models_go_before_their_group() -> None:
    def group(name: str) -> dict[str, Any]:
        arn = NAMES.arn("sagemaker", f"model-package-group/{name}")
        return {
            "ModelPackageGroupName": name,
            "ModelPackageGroupArn": arn,
            "CreationTime": NOW,
            "ModelPackageGroupStatus": "Completed",
        }

    version = NAMES.arn("sagemaker", "model-package/mlops-dev-flights/1")
    summary = {"ModelPackageArn": version, "CreationTime": NOW, "ModelPackageStatus": "Completed"}
    account, stubber = stubbed(
        "sagemaker",
        (
            "list_model_package_groups",
            {"ModelPackageGroupSummaryList": [group("mlops-dev-flights"), group("mlops-prod-flights")]},
            {},
        ),
        (
            "list_model_packages",
            {"ModelPackageSummaryList": [summary]},
            {"ModelPackageGroupName": "mlops-dev-flights"},
        ),
        ("delete_model_package", {}, {"ModelPackageName": version}),
    )
    assert data.delete_model_versions(account) == 1
    stubber.assert_no_pending_responses()


def test_backups_go_before_their_vault() -> None:
    point = "arn:aws:ec2:us-east-1::snapshot/1"
    vaults = [{"BackupVaultName": "mlops-dev-lake"}, {"BackupVaultName": "Default"}]
    account, stubber = stubbed(
        "backup",
        ("list_backup_vaults", {"BackupVaultList": vaults}, {}),
        (
            "list_recovery_points_by_backup_vault",
            {"RecoveryPoints": [{"RecoveryPointArn": point}]},
            {"BackupVaultName": "mlops-dev-lake"},
        ),
        ("delete_recovery_point", {}, {"BackupVaultName": "mlops-dev-lake", "RecoveryPointArn": point}),
    )
    assert data.delete_recovery_points(account) == 1
    stubber.assert_no_pending_responses()
