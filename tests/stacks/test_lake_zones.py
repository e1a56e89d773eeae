from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.environments import DEV
from jobs.contracts.tables import Zone
from tests.stacks.conftest import Templates
from tests.stacks.data_templates import NAMES, bucket, bucket_key, synthesized
from tests.stacks.templates import resources


def test_each_zone_has_an_encrypted_versioned_private_logged_bucket(dev: Templates) -> None:
    buckets = {bucket["BucketName"]: bucket for bucket in resources(dev["data"], "AWS::S3::Bucket")}
    for zone in Zone:
        bucket = buckets[NAMES.bucket(zone)]
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["LoggingConfiguration"]["LogFilePrefix"] == f"s3/{zone}/"
        assert bucket["LifecycleConfiguration"]["Rules"]


def test_every_bucket_refuses_plain_http(dev: Templates) -> None:
    policies = resources(dev["data"], "AWS::S3::BucketPolicy")
    assert len(policies) == len(Zone) + 1
    for policy in policies:
        denied = [item for item in policy["PolicyDocument"]["Statement"] if item["Effect"] == "Deny"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in [item["Condition"] for item in denied]


def test_every_zone_refuses_other_accounts_and_other_keys(dev: Templates) -> None:
    policies = resources(dev["data"], "AWS::S3::BucketPolicy")
    denied = [
        {
            each["Sid"]: each
            for each in policy["PolicyDocument"]["Statement"]
            if each["Effect"] == "Deny" and "Sid" in each
        }
        for policy in policies
    ]
    zones = [found for found in denied if found]
    assert len(zones) == len(Zone)
    for found in zones:
        assert found["OtherAccounts"]["Condition"] == {
            "StringNotEquals": {"aws:PrincipalAccount": [DEV.account]},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        }
        named = found["OtherKeys"]["Condition"]
        assert named["Null"] == {"s3:x-amz-server-side-encryption": "false"}
        (key,) = named["StringNotEquals"].values()
        assert key == bucket_key(dev["data"], NAMES.bucket(Zone.RAW))
        assert found["CustomerProvidedKeys"]["Action"] == "s3:PutObject"


def test_every_zone_tidies_up_and_moves_what_is_not_read(dev: Templates) -> None:
    for zone in Zone:
        rule = bucket(dev["data"], zone)["LifecycleConfiguration"]["Rules"][0]
        assert rule["Transitions"] == [
            {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": DEV.lake.infrequent_days}
        ]
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": DEV.retention.noncurrent_days}
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 3}
        assert rule["ExpiredObjectDeleteMarker"] is True


def test_nothing_is_locked_unless_asked(dev: Templates) -> None:
    assert not [each for each in resources(dev["data"], "AWS::S3::Bucket") if "ObjectLockEnabled" in each]


@pytest.mark.parametrize("mode", ["governance", "compliance"])
def test_landed_files_alone_are_locked(mode: Any, tmp_path: Path) -> None:
    template = synthesized(tmp_path, replace(DEV.lake, object_lock_days=30, object_lock_mode=mode))
    locked = {
        each["BucketName"]: each for each in resources(template, "AWS::S3::Bucket") if "ObjectLockEnabled" in each
    }
    assert list(locked) == [NAMES.bucket(Zone.LANDING)]
    rule = locked[NAMES.bucket(Zone.LANDING)]["ObjectLockConfiguration"]["Rule"]
    assert rule == {"DefaultRetention": {"Days": 30, "Mode": mode.upper()}}


def test_a_lock_changes_no_identity_of_the_bucket(dev: Templates, tmp_path: Path) -> None:
    template = synthesized(tmp_path, replace(DEV.lake, object_lock_days=30))
    before, after = (
        {name for name, item in found["Resources"].items() if item["Type"] == "AWS::S3::Bucket"}
        for found in (dev["data"], template)
    )
    assert before == after
