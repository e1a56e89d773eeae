"""The Data Catalog of the lake: Glue databases, and Iceberg tables rendered from contracts."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_glue as glue
from constructs import Construct

from infra.lake.catalog_table import CatalogTable
from infra.lake.iceberg_schema import iceberg_fields, iceberg_partitions, tables_of
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from jobs.contracts.tables import TABLE_ZONES, Table, Zone


class LakeDatabase(glue.CfnDatabase):
    """A Glue database; a governed one has no default permissions on its tables."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        name: str,
        location: str,
        is_governed: bool,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            catalog_id=names.account,
            # Repeats the name of the input, because CloudFormation imports a retained database by this property.
            database_name=name,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=name, location_uri=location),
        )
        if is_governed:
            # The account's default may otherwise grant every new table to all principals that IAM allows to read it.
            self.add_property_override("DatabaseInput.CreateTableDefaultPermissions", [])
        self.apply_removal_policy(removal)


class PipelineCatalog(Construct):
    """One Glue database per zone of a pipeline, with its tables."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: PipelineScope,
        is_governed: bool,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._pipeline, self._removal = pipeline, removal
        self.tables: list[CatalogTable] = []
        for zone in TABLE_ZONES:
            database = LakeDatabase(
                self,
                zone,
                names=pipeline.names,
                name=pipeline.names.database(pipeline.name, zone),
                location=pipeline.names.uri(zone, f"{pipeline.name}/"),
                is_governed=is_governed,
                removal=removal,
            )
            own = [table for table in tables_of(pipeline.pipeline) if table.zone == zone]
            self.tables += [self._table(table, zone, database) for table in own]

    def _table(self, table: Table, zone: Zone, database: LakeDatabase) -> CatalogTable:
        names, pipeline, construct_id = self._pipeline.names, self._pipeline.name, f"{zone}-{table.name}"
        iceberg = glue.CfnTable.IcebergInputProperty(
            metadata_operation="CREATE",
            version="2",
            iceberg_table_input=_iceberg_table(table, names.uri(zone, pipeline, table.name)),
        )
        address = names.database(pipeline, zone)
        resource = glue.CfnTable(
            self,
            construct_id,
            catalog_id=names.account,
            database_name=address,
            name=table.name,
            open_table_format_input=glue.CfnTable.OpenTableFormatInputProperty(iceberg_input=iceberg),
        )
        resource.apply_removal_policy(self._removal)
        resource.node.add_dependency(database)
        return CatalogTable(construct_id=construct_id, database=address, name=table.name, creator=resource)


def _iceberg_table(table: Table, location: str) -> glue.CfnTable.IcebergTableInputProperty:
    fields = [glue.CfnTable.IcebergStructFieldProperty(**field) for field in iceberg_fields(table)]
    partitions = [glue.CfnTable.IcebergPartitionFieldProperty(**field) for field in iceberg_partitions(table)]
    return glue.CfnTable.IcebergTableInputProperty(
        location=location,
        schema=glue.CfnTable.IcebergSchemaProperty(type="struct", fields=fields),
        partition_spec=glue.CfnTable.IcebergPartitionSpecProperty(fields=partitions) if partitions else None,
    )
