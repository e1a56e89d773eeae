"""Two environments in one account: the teardown of the first one leaves everything of the second one."""

import json
from typing import Any

import pytest

from infra.names import AirflowLog, PlatformNames
from jobs.contracts.tables import Zone
from operations.teardown.account import Account
from operations.teardown.data import delete_recovery_points
from operations.teardown.procedure import DATA, Stacks, tear_down
from tests.operations.teardown.conftest import NAMES, stubbed

#: Its name starts with the name of the first environment.
OTHER = PlatformNames("dev2", NAMES.account, NAMES.region)
MANIFEST = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
STACKS = Stacks(release=lambda _: True, destroy=lambda _: True)


def images(account: Account) -> list[str]:
    pages = account.pages("ecr", "list_images", "imageIds", repositoryName=NAMES.images_repository)
    return sorted(each["imageTag"] for each in pages)


def objects(account: Account, bucket: str) -> list[str]:
    return sorted(each["Key"] for each in account.client("s3").list_objects_v2(Bucket=bucket).get("Contents", []))


def deployed(account: Account, names: PlatformNames) -> None:
    """Files, images, tables' files, logs and models of an environment; the images of both have the same content."""
    s3, ecr, logs, sagemaker = (account.client(name) for name in ("s3", "ecr", "logs", "sagemaker"))
    s3.create_bucket(Bucket=names.bucket(Zone.RAW))
    s3.put_object(Bucket=names.bucket(Zone.RAW), Key="a.parquet", Body=b"1")
    for key in ("dags/1/daily.py", "2.zip"):
        s3.put_object(Bucket=names.assets_bucket, Key=f"{names.asset_folder}{key}", Body=b"1")
    manifest = json.dumps({**MANIFEST, "config": {"digest": "same"}})
    ecr.put_image(
        repositoryName=names.images_repository, imageManifest=manifest, imageTag=f"{names.image_tag_prefix}{'0' * 64}"
    )
    logs.create_log_group(logGroupName=names.airflow_log_group(AirflowLog.TASK))
    sagemaker.create_model(ModelName=names.resource("champion"), ExecutionRoleArn="arn:aws:iam::123456789012:role/r")


def inventory(account: Account, names: PlatformNames) -> dict[str, Any]:
    models = account.client("sagemaker").list_models()["Models"]
    groups = account.client("logs").describe_log_groups()["logGroups"]
    return {
        "files": [key for key in objects(account, names.assets_bucket) if key.startswith(names.asset_folder)],
        "images": [tag for tag in images(account) if tag.startswith(names.image_tag_prefix)],
        "data": objects(account, names.bucket(Zone.RAW)),
        "logs": [each for each in groups if each["logGroupName"] == names.airflow_log_group(AirflowLog.TASK)],
        "models": [each for each in models if each["ModelName"] == names.resource("champion")],
    }


def test_the_teardown_of_one_leaves_everything_of_the_other(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    # moto knows no recovery points; the test below is about them.
    known = tuple(step for step in DATA if step.name != "delete-recovery-points")
    monkeypatch.setattr("operations.teardown.procedure.DATA", known)
    account.client("s3").create_bucket(Bucket=NAMES.assets_bucket)
    account.client("s3").put_object(Bucket=NAMES.assets_bucket, Key="of-another-app.zip", Body=b"1")
    account.client("ecr").create_repository(repositoryName=NAMES.images_repository)
    for names in (NAMES, OTHER):
        deployed(account, names)
    before = inventory(account, OTHER)
    assert all(before.values())
    done = dict(tear_down(account, STACKS, deletes_data=True))
    assert done["delete-assets"] == 3
    assert inventory(account, OTHER) == before
    assert not any(inventory(account, NAMES).values())
    assert "of-another-app.zip" in objects(account, NAMES.assets_bucket)


def test_without_a_bootstrap_there_are_no_files_and_images_to_delete(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.teardown.procedure.DATA", ())
    assert dict(tear_down(account, STACKS, deletes_data=True))["delete-assets"] == 0


def test_backups_of_the_other_stay() -> None:
    vaults = {"BackupVaultList": [{"BackupVaultName": OTHER.resource("lake")}]}
    account, stubber = stubbed("backup", ("list_backup_vaults", vaults, {}))
    assert delete_recovery_points(account) == 0
    stubber.assert_no_pending_responses()
