from infra.environments import DEV, PROD
from infra.lake.lake_backup import BACKED_UP
from infra.names import PlatformNames
from jobs.contracts.tables import Zone
from tests.stacks.conftest import Templates
from tests.stacks.data_templates import bucket_key
from tests.stacks.templates import only, resources


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
