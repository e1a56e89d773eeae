from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.config.governance_config import LakeConfig
from infra.data.lake_backup import BACKED_UP
from infra.environments import DEV, PROD
from infra.names import TABLE_ZONES, PlatformNames
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone
from stacks.data_stack import DataStack
from stacks.synth import new_app
from tests.infra.pipelines import GROUP, METERS
from tests.stacks.conftest import Templates
from tests.stacks.templates import only, resources

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
        assert (
            key
            == bucket(dev["data"], Zone.RAW)["BucketEncryption"]["ServerSideEncryptionConfiguration"][0][
                "ServerSideEncryptionByDefault"
            ]["KMSMasterKeyID"]
        )
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


def test_databases_lie_in_the_buckets_of_their_zones(dev: Templates) -> None:
    found = {
        item["DatabaseInput"]["Name"]: item["DatabaseInput"]["LocationUri"]
        for item in resources(dev["data"], "AWS::Glue::Database")
    }
    wanted = {NAMES.database("meters", zone): NAMES.uri(zone, "meters/") for zone in TABLE_ZONES}
    assert found == {**wanted, "sagemaker_featurestore": NAMES.uri(Zone.FEATURES, "offline-store/")}


def test_tables_are_iceberg_with_the_contract_s_schema(dev: Templates) -> None:
    tables = {item["Name"]: item for item in resources(dev["data"], "AWS::Glue::Table")}
    assert set(tables) == {"readings", "training"}
    iceberg = tables["readings"]["OpenTableFormatInput"]["IcebergInput"]
    assert iceberg["MetadataOperation"] == "CREATE"
    table = iceberg["IcebergTableInput"]
    assert table["Location"] == NAMES.uri(Zone.RAW, "meters", "readings")
    assert [field["Name"] for field in table["Schema"]["Fields"]] == ["meter", "read_at", "value"]
    assert [field["Transform"] for field in table["PartitionSpec"]["Fields"]] == ["day", "bucket[8]"]


def test_feature_groups_are_those_of_the_contract_with_iceberg_offline_stores(dev: Templates) -> None:
    group = only(dev["data"], "AWS::SageMaker::FeatureGroup")
    assert group["FeatureGroupName"] == "mlops-dev-meters-meter-days"
    assert group["FeatureDefinitions"] == [
        {"FeatureName": "meter", "FeatureType": "String"},
        {"FeatureName": "event_time", "FeatureType": "String"},
        {"FeatureName": "value", "FeatureType": "Integral"},
    ]
    store = group["OfflineStoreConfig"]
    assert store["TableFormat"] == "Iceberg"
    assert store["DataCatalogConfig"]["TableName"] == NAMES.feature_table("meters", "meter_days")
    assert store["S3StorageConfig"]["KmsKeyId"]
    assert group["RoleArn"] == NAMES.role_arn("feature-store")
    assert "OnlineStoreConfig" not in group


ONLINE = replace(METERS, feature_groups=(replace(GROUP, online=True, online_days=7),))


def test_an_online_store_has_the_lake_s_key_and_an_end(tmp_path: Path) -> None:
    group = only(synthesized(tmp_path, DEV.lake, ONLINE), "AWS::SageMaker::FeatureGroup")
    store = group["OnlineStoreConfig"]
    assert store["EnableOnlineStore"] is True
    assert store["SecurityConfig"]["KmsKeyId"] == group["OfflineStoreConfig"]["S3StorageConfig"]["KmsKeyId"]
    assert store["TtlDuration"] == {"Unit": "Days", "Value": 7}
    assert "StorageType" not in store


def test_one_switch_takes_every_group_off_line(tmp_path: Path) -> None:
    group = only(synthesized(tmp_path, replace(DEV.lake, online_store=False), ONLINE), "AWS::SageMaker::FeatureGroup")
    assert "OnlineStoreConfig" not in group


def test_a_feature_group_has_nothing_that_an_edit_of_words_would_replace_it_for(dev: Templates) -> None:
    assert "Description" not in only(dev["data"], "AWS::SageMaker::FeatureGroup")


def test_every_iceberg_table_is_looked_after(dev: Templates) -> None:
    optimizers = resources(dev["data"], "AWS::Glue::TableOptimizer")
    own = [(item["DatabaseName"], item["Name"]) for item in resources(dev["data"], "AWS::Glue::Table")]
    tables = {*own, ("sagemaker_featurestore", NAMES.feature_table("meters", "meter_days"))}
    kinds = ("compaction", "orphan_file_deletion", "retention")
    looked_after = {(each["DatabaseName"], each["TableName"], each["Type"]) for each in optimizers}
    assert looked_after == {(*table, kind) for table in tables for kind in kinds}
    for each in optimizers:
        configuration = each["TableOptimizerConfiguration"]
        assert configuration["Enabled"] is True
        assert configuration["RoleArn"] == NAMES.role_arn("optimizer")
    (past,) = {
        each["TableOptimizerConfiguration"]["RetentionConfiguration"]["IcebergConfiguration"][
            "SnapshotRetentionPeriodInDays"
        ]
        for each in optimizers
        if each["Type"] == "retention"
    }
    assert past == DEV.lake.snapshot_days


def test_each_table_has_a_ruleset(dev: Templates) -> None:
    found = {
        (each["TargetTable"]["DatabaseName"], each["TargetTable"]["TableName"]): each["Ruleset"]
        for each in resources(dev["data"], "AWS::Glue::DataQualityRuleset")
    }
    assert set(found) == {(item["DatabaseName"], item["Name"]) for item in resources(dev["data"], "AWS::Glue::Table")}
    assert 'IsPrimaryKey "meter"' in found[NAMES.database("meters", Zone.RAW), "readings"]


def test_saved_questions_belong_to_the_workgroup(dev: Templates) -> None:
    saved = resources(dev["data"], "AWS::Athena::NamedQuery")
    assert {each["Name"] for each in saved} == {
        "mlops-dev-meters-cost-storage",
        "mlops-dev-meters-lineage-snapshots",
    }
    assert {each["WorkGroup"] for each in saved} == {only(dev["data"], "AWS::Athena::WorkGroup")["Name"]}


def test_queries_are_encrypted_and_bounded(dev: Templates) -> None:
    configuration = only(dev["data"], "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == DEV.lake.scan_limit_gb * 1024**3
    assert configuration["PublishCloudWatchMetricsEnabled"] is True
    result = configuration["ResultConfiguration"]
    assert result["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
    assert result["ExpectedBucketOwner"] == DEV.account


def test_the_catalog_is_encrypted_where_it_is_ours_alone(environments: dict[str, Templates]) -> None:
    kind = "AWS::Glue::DataCatalogEncryptionSettings"
    assert not resources(environments["dev"]["data"], kind)
    for name in ("staging", "prod"):
        template = environments[name]["data"]
        settings = only(template, kind)["DataCatalogEncryptionSettings"]
        key = bucket_key(template, f"mlops-{name}-raw-")
        assert settings["EncryptionAtRest"] == {"CatalogEncryptionMode": "SSE-KMS", "SseAwsKmsKeyId": key}
        assert settings["ConnectionPasswordEncryption"] == {"KmsKeyId": key, "ReturnConnectionPasswordEncrypted": True}
        (resource,) = (key for key, item in template["Resources"].items() if item["Type"] == kind)
        databases = [item for item in template["Resources"].values() if item["Type"] == "AWS::Glue::Database"]
        assert all(resource in item["DependsOn"] for item in databases)


def test_production_saves_what_it_could_not_compute_again(environments: dict[str, Templates]) -> None:
    assert not resources(environments["dev"]["data"], "AWS::Backup::BackupVault")
    template, names = environments["prod"]["data"], PlatformNames.of(PROD)
    vault = only(template, "AWS::Backup::BackupVault")
    assert vault["EncryptionKeyArn"] == bucket_key(template, names.bucket(Zone.RAW))
    assert vault["AccessPolicy"]["Statement"][0]["Effect"] == "Deny"
    selection = only(template, "AWS::Backup::BackupSelection")["BackupSelection"]
    assert selection["Resources"] == names.bucket_arns(BACKED_UP)
    (rule,) = only(template, "AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": PROD.lake.backup_days}


def test_what_outlives_the_stack_can_be_imported_by_its_name(environments: dict[str, Templates]) -> None:
    # CloudFormation imports what is retained, says its primary identifier and says it as text.
    identifiers = {
        "AWS::S3::Bucket": ("BucketName",),
        "AWS::Glue::Database": ("DatabaseName",),
        "AWS::Glue::Table": ("CatalogId", "DatabaseName", "Name"),
        "AWS::SageMaker::FeatureGroup": ("FeatureGroupName",),
    }
    for templates in environments.values():
        for item in templates["data"]["Resources"].values():
            if item["Type"] in identifiers:
                assert item["DeletionPolicy"] == "Retain"
                assert all(isinstance(item["Properties"][name], str) for name in identifiers[item["Type"]])
