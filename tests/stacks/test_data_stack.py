from infra.environments import DEV
from infra.names import TABLE_ZONES, PlatformNames
from jobs.contracts.tables import Zone
from tests.stacks.conftest import Templates
from tests.stacks.templates import only, resources

NAMES = PlatformNames.of(DEV)


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


def test_queries_are_encrypted_and_bounded(dev: Templates) -> None:
    configuration = only(dev["data"], "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 1024**4
    result = configuration["ResultConfiguration"]
    assert result["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
