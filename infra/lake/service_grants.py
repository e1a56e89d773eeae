"""Lake Formation's grants to the services that keep the lake: SageMaker's feature store, Glue's upkeep and rules."""

from collections.abc import Sequence

from constructs import Construct

from infra.lake.feature_store import FeatureStore
from infra.lake.lake_catalog import LakeCatalog
from infra.lake.lake_formation import LakeGrants, LakeLocations, allow_data_access
from infra.lake.lake_grants import READ, UPKEEP, Grant, governed_tables, table_grants
from infra.lake.quality import QualityRulesets
from infra.lake.table_optimizers import TableOptimizers
from infra.names import PlatformNames
from jobs.contracts.features import FEATURE_STORE_DATABASE
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone


class StoreGrants(Construct):
    """Lets SageMaker create the tables of feature groups, before it is asked for the first one."""

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
        place = locations.allow_tables(self, principal, Zone.FEATURES)
        grant = Grant(principal=principal, database=FEATURE_STORE_DATABASE, permissions=("CREATE_TABLE", "DESCRIBE"))
        create = LakeGrants(self, "Create", names=names, grants=[grant])
        place.node.add_dependency(features.role)
        create.node.add_dependency(place, catalog.feature_store)
        for table in features.tables:
            table.creator.node.add_dependency(create)


class UpkeepGrants(Construct):
    """Lets Glue rewrite every table to keep it small, and read every row to judge it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        pipelines: Sequence[Pipeline],
        optimizers: TableOptimizers,
        quality: QualityRulesets,
    ) -> None:
        super().__init__(scope, construct_id)
        allow_data_access(optimizers.role)
        allow_data_access(quality.role)
        tables = governed_tables(names, pipelines)
        ruled = [table for table in tables if table.database != FEATURE_STORE_DATABASE]
        grants = LakeGrants(
            self,
            "Tables",
            names=names,
            grants=[
                *table_grants(optimizers.role.arn, tables, UPKEEP, sees_sensitive=True),
                *table_grants(quality.role.arn, ruled, READ, sees_sensitive=True),
            ],
        )
        grants.node.add_dependency(optimizers.role, quality.role)
        for optimizer in optimizers.optimizers:
            optimizer.node.add_dependency(grants)
