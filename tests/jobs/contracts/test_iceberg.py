from jobs.contracts.iceberg import iceberg_conf
from jobs.contracts.names import LakeNames


def test_tables_are_in_glue_and_files_in_s3() -> None:
    conf = iceberg_conf(LakeNames("dev", "123456789012", "eu-west-1"))

    assert conf["spark.sql.catalog.lake"] == "org.apache.iceberg.spark.SparkCatalog"
    assert conf["spark.sql.catalog.lake.catalog-impl"] == "org.apache.iceberg.aws.glue.GlueCatalog"
    assert conf["spark.sql.catalog.lake.io-impl"] == "org.apache.iceberg.aws.s3.S3FileIO"
    assert conf["spark.sql.catalog.lake.warehouse"] == "s3://mlops-dev-artifacts-123456789012-eu-west-1/warehouse"
    assert conf["spark.sql.session.timeZone"] == "UTC"
