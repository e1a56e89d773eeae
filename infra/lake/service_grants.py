"""Lake Formation grants to the services that create and maintain tables: SageMaker Feature Store and Glue."""

from collections.abc import Sequence

from constructs import Construct

from infra.lake.feature_store import FeatureStore
from infra.lake.lake_buckets import LakeBuckets
from infra.lake.lake_catalog import LakeCatalog
from infra.lake.lake_formation import LakeGrants, LakeLocations, allow_data_access
from infra.lake.lake_grants import MAINTAIN, Grant, governed_tables, table_grants
from infra.lake.table_optimizers import TableOptimizers
from infra.names import PlatformNames
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone


class StoreGrants(Construct):
    """The grants that SageMaker needs to create the tables of feature groups; feature groups depend on them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        catalog: LakeCatalog,
        features: FeatureStore,
        locations: LakeLocations,
    ) -> None:
        super().__init__(scope, construct_id)
        principal = features.role.arn
        allow_data_access(features.role)
        location = locations.allow_tables(self, principal, Zone.FEATURES)
        grant = Grant(principal=principal, database=names.feature_database, permissions=("CREATE_TABLE", "DESCRIBE"))
        create = LakeGrants(self, "Create", names=names, grants=[grant])
        location.node.add_dependency(features.role)
        create.node.add_dependency(location, catalog.feature_store)
        for table in features.tables:
            table.creator.node.add_dependency(create)


class MaintenanceGrants(Construct):
    """The grants that Glue's table optimizers need to rewrite every table."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        pipelines: Sequence[Pipeline],
        optimizers: TableOptimizers,
    ) -> None:
        super().__init__(scope, construct_id)
        allow_data_access(optimizers.role)
        tables = governed_tables(names, pipelines)
        grants = LakeGrants(
            self,
            "Tables",
            names=names,
            grants=list(table_grants(optimizers.role.arn, tables, MAINTAIN, sees_sensitive=True)),
        )
        grants.node.add_dependency(optimizers.role)
        for optimizer in optimizers.optimizers:
            optimizer.node.add_dependency(grants)


def govern(
    scope: Construct,
    *,
    names: PlatformNames,
    pipelines: Sequence[Pipeline],
    buckets: LakeBuckets,
    catalog: LakeCatalog,
    features: FeatureStore,
    optimizers: TableOptimizers,
    key_arn: str,
) -> None:
    """Register the lake's buckets with Lake Formation and grant the services the permissions that they need.

    A function and not a construct: a scope of its own would change the logical ids of these resources.
    """
    locations = LakeLocations(scope, "Locations", names=names, buckets=buckets, key_arn=key_arn)
    store = StoreGrants(scope, "StoreGrants", names=names, catalog=catalog, features=features, locations=locations)
    maintenance = MaintenanceGrants(scope, "UpkeepGrants", names=names, pipelines=pipelines, optimizers=optimizers)
    catalog.node.add_dependency(locations)
    maintenance.node.add_dependency(store, catalog, features)
