from dataclasses import replace
from pathlib import Path

from infra.environments import DEV, PROD
from infra.lake.lake_backup import BACKED_UP
from infra.names import PlatformNames, RolePurpose
from jobs.contracts.tables import TABLE_ZONES, Zone
from tests.infra.pipelines import GROUP, METERS
from tests.stacks.conftest import Templates
from tests.stacks.data_templates import NAMES, bucket_key, synthesized
from tests.stacks.templates import only, resources


def test_databases_lie_in_the_buckets_of_their_zones(dev: Templates) -> None:
    found = {
        item["DatabaseInput"]["Name"]: item["DatabaseInput"]["LocationUri"]
        for item in resources(dev["data"], "AWS::Glue::Database")
    }
    wanted = {NAMES.database("meters", zone): NAMES.uri(zone, "meters/") for zone in TABLE_ZONES}
    assert found == {**wanted, NAMES.feature_database: NAMES.uri(Zone.FEATURES, "offline-store/")}


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
    # With a Glue table of its own an Iceberg group is refused (aws/sagemaker-python-sdk PR 5927, 2026-06).
    assert (store["TableFormat"], store["DisableGlueTableCreation"]) == ("Iceberg", False)
    assert store["DataCatalogConfig"]["TableName"] == NAMES.feature_table("meters", "meter_days")
    assert store["S3StorageConfig"]["KmsKeyId"]
    assert group["RoleArn"] == NAMES.role_arn(RolePurpose.FEATURE_STORE)
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
    tables = {*own, (NAMES.feature_database, NAMES.feature_table("meters", "meter_days"))}
    kinds = ("compaction", "orphan_file_deletion", "retention")
    looked_after = {(each["DatabaseName"], each["TableName"], each["Type"]) for each in optimizers}
    assert looked_after == {(*table, kind) for table in tables for kind in kinds}
    for each in optimizers:
        configuration = each["TableOptimizerConfiguration"]
        assert configuration["Enabled"] is True
        assert configuration["RoleArn"] == NAMES.role_arn(RolePurpose.OPTIMIZER)
    (past,) = {
        each["TableOptimizerConfiguration"]["RetentionConfiguration"]["IcebergConfiguration"][
            "SnapshotRetentionPeriodInDays"
        ]
        for each in optimizers
        if each["Type"] == "retention"
    }
    assert past == DEV.lake.snapshot_days


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
                assert item["DeletionPolicy"] == "RetainExceptOnCreate"
                assert all(isinstance(item["Properties"][name], str) for name in identifiers[item["Type"]])


def test_few_optimizers_are_created_at_a_time_and_never_two_of_one_table(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        optimizers = {
            name: each
            for name, each in templates["data"]["Resources"].items()
            if each["Type"] == "AWS::Glue::TableOptimizer"
        }
        before = {name: [one for one in each["DependsOn"] if one in optimizers] for name, each in optimizers.items()}
        assert all(len(each) <= 1 for each in before.values())
        assert sum(not each for each in before.values()) <= 4

        def chain(name: str, before: dict[str, list[str]] = before) -> list[str]:
            return [name, *(chain(before[name][0]) if before[name] else [])]

        lanes: dict[str, set[str]] = {}
        for name, each in optimizers.items():
            table = f"{each['Properties']['DatabaseName']}.{each['Properties']['TableName']}"
            lanes.setdefault(table, set()).add(chain(name)[-1])
        assert all(len(first) == 1 for first in lanes.values())
