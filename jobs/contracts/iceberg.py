"""The Spark settings of the lake's Iceberg catalog, the same on every engine."""

from jobs.contracts.access import Folder
from jobs.contracts.names import CATALOG, LakeNames
from jobs.contracts.tables import Zone

#: Iceberg's package as EMR, EMR Serverless and Glue ship it.
ICEBERG_PACKAGE = "org.apache.iceberg"


def iceberg_conf(names: LakeNames) -> dict[str, str]:
    """Settings of catalog `lake`: tables in Glue, files read and written through S3FileIO instead of Hadoop."""
    catalog = f"spark.sql.catalog.{CATALOG}"
    return {
        "spark.sql.extensions": f"{ICEBERG_PACKAGE}.spark.extensions.IcebergSparkSessionExtensions",
        catalog: f"{ICEBERG_PACKAGE}.spark.SparkCatalog",
        f"{catalog}.catalog-impl": f"{ICEBERG_PACKAGE}.aws.glue.GlueCatalog",
        f"{catalog}.io-impl": f"{ICEBERG_PACKAGE}.aws.s3.S3FileIO",
        f"{catalog}.warehouse": names.uri(Zone.ARTIFACTS, Folder.WAREHOUSE),
        f"{catalog}.client.region": names.region,
        "spark.sql.session.timeZone": "UTC",
    }
