"""The Data Catalog of the lake: one database per pipeline and zone, and Iceberg tables rendered from contracts."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_glue as glue
from constructs import Construct

from infra.lake.catalog_table import CatalogTable
from infra.lake.iceberg_schema import iceberg_fields, iceberg_partitions, tables_of
from infra.names import PlatformNames
from jobs.contracts.features import OFFLINE_STORE_FOLDER
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import TABLE_ZONES, Table, Zone


class LakeCatalog(Construct):
    """One Glue database per pipeline and table zone, and one for all offline stores."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        pipelines: Sequence[Pipeline],
        is_governed: bool,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._names, self._is_governed, self._removal = names, is_governed, removal
        self.tables: list[CatalogTable] = []
        location = names.uri(Zone.FEATURES, OFFLINE_STORE_FOLDER, "")
        self.feature_store = self._database("FeatureStore", names.feature_database, location)
        for pipeline in pipelines:
            for zone in TABLE_ZONES:
                database = self._database(
                    f"{pipeline.name}-{zone}",
                    names.database(pipeline.name, zone),
                    names.uri(zone, f"{pipeline.name}/"),
                )
                for table in tables_of(pipeline):
                    if table.zone == zone:
                        self.tables.append(self._table(pipeline, table, database))

    def _database(self, construct_id: str, name: str, location: str) -> glue.CfnDatabase:
        database = glue.CfnDatabase(
            self,
            construct_id,
            catalog_id=self._names.account,
            # Repeats the name of the input, because CloudFormation imports a retained database by this property.
            database_name=name,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=name, location_uri=location),
        )
        if self._is_governed:
            # The account's default may otherwise grant every new table to all principals that IAM allows to read it.
            database.add_property_override("DatabaseInput.CreateTableDefaultPermissions", [])
        database.apply_removal_policy(self._removal)
        return database

    def _table(self, pipeline: Pipeline, table: Table, database: glue.CfnDatabase) -> CatalogTable:
        construct_id = f"{pipeline.name}-{table.zone}-{table.name}"
        iceberg = glue.CfnTable.IcebergInputProperty(
            metadata_operation="CREATE",
            version="2",
            iceberg_table_input=_iceberg_table(table, self._names.uri(table.zone, pipeline.name, table.name)),
        )
        resource = glue.CfnTable(
            self,
            construct_id,
            catalog_id=self._names.account,
            database_name=self._names.database(pipeline.name, table.zone),
            name=table.name,
            open_table_format_input=glue.CfnTable.OpenTableFormatInputProperty(iceberg_input=iceberg),
        )
        resource.apply_removal_policy(self._removal)
        resource.node.add_dependency(database)
        address = self._names.database(pipeline.name, table.zone)
        return CatalogTable(construct_id=construct_id, database=address, name=table.name, creator=resource)


def _iceberg_table(table: Table, location: str) -> glue.CfnTable.IcebergTableInputProperty:
    fields = [glue.CfnTable.IcebergStructFieldProperty(**field) for field in iceberg_fields(table)]
    partitions = [glue.CfnTable.IcebergPartitionFieldProperty(**field) for field in iceberg_partitions(table)]
    return glue.CfnTable.IcebergTableInputProperty(
        location=location,
        schema=glue.CfnTable.IcebergSchemaProperty(type="struct", fields=fields),
        partition_spec=glue.CfnTable.IcebergPartitionSpecProperty(fields=partitions) if partitions else None,
    )
