"""Spark settings of the lake's Iceberg catalog, the same for every cluster and job."""

from jobs.contracts.names import CATALOG

#: Iceberg's package as EMR, EMR Serverless and Glue ship it.
ICEBERG_PACKAGE = "org.apache.iceberg"


def iceberg_conf(*, warehouse: str, region: str) -> dict[str, str]:
    """Settings of catalog `lake`: tables in Glue, files in S3 without a Hadoop file system between."""
    catalog = f"spark.sql.catalog.{CATALOG}"
    return {
        "spark.sql.extensions": f"{ICEBERG_PACKAGE}.spark.extensions.IcebergSparkSessionExtensions",
        catalog: f"{ICEBERG_PACKAGE}.spark.SparkCatalog",
        f"{catalog}.catalog-impl": f"{ICEBERG_PACKAGE}.aws.glue.GlueCatalog",
        f"{catalog}.io-impl": f"{ICEBERG_PACKAGE}.aws.s3.S3FileIO",
        f"{catalog}.warehouse": warehouse,
        f"{catalog}.client.region": region,
        "spark.sql.session.timeZone": "UTC",
    }
