"""The lake: buckets, catalog, upkeep of tables, queries and feature groups."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.data.catalog_encryption import CatalogEncryption
from infra.data.feature_store import FeatureStore
from infra.data.lake_backup import LakeBackup
from infra.data.lake_buckets import LakeBuckets
from infra.data.lake_catalog import LakeCatalog
from infra.data.lake_formation import LakeLocations
from infra.data.quality import QualityRulesets
from infra.data.query_workgroup import QueryWorkgroup
from infra.data.service_grants import StoreGrants, UpkeepGrants
from infra.data.table_optimizers import TableOptimizers
from infra.security.keys import DataClass
from jobs.contracts.pipeline import Pipeline
from stacks.base_stack import PlatformStack


class DataStack(PlatformStack):
    """Everything that holds data between two runs."""

    def __init__(self, scope: Construct, *, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> None:
        super().__init__(scope, "data", config=config, description="Lake, catalog and feature groups", is_stateful=True)
        names, removal, lake = self.names, self.removal, config.lake
        key = self.key(DataClass.LAKE)
        buckets = LakeBuckets(
            self,
            "Lake",
            names=names,
            retention=config.retention,
            lake=lake,
            key=key,
            removal=removal,
            consumers=config.registry.consumers,
        )
        catalog = LakeCatalog(
            self, "Catalog", names=names, pipelines=pipelines, is_governed=lake.lake_formation, removal=removal
        )
        features = FeatureStore(
            self,
            "Features",
            names=names,
            pipelines=pipelines,
            key=key,
            has_online_store=lake.online_store,
            removal=removal,
        )
        optimizers = TableOptimizers(
            self,
            "Optimizers",
            names=names,
            pipelines=pipelines,
            tables=[*catalog.tables, *features.tables],
            key_arn=key.key_arn,
            snapshot_days=lake.snapshot_days,
        )
        quality = QualityRulesets(
            self, "Quality", names=names, pipelines=pipelines, catalog=catalog, key_arn=key.key_arn
        )
        QueryWorkgroup(self, "Queries", names=names, pipelines=pipelines, key=key, scan_limit_gb=lake.scan_limit_gb)

        catalog.node.add_dependency(buckets)
        if lake.encrypt_catalog:
            # What exists before the settings do stays as it is until it is written again.
            catalog.node.add_dependency(
                CatalogEncryption(
                    self, "CatalogEncryption", account=names.account, key_arn=key.key_arn, removal=removal
                )
            )
        features.node.add_dependency(catalog.feature_store)
        features.node.add_dependency(buckets)
        if lake.backup_days is not None:
            saved = LakeBackup(self, "Backup", names=names, key=key, days=lake.backup_days, removal=removal)
            saved.node.add_dependency(buckets)
        if lake.lake_formation:
            locations = LakeLocations(self, "Locations", names=names, buckets=buckets, key_arn=key.key_arn)
            catalog.node.add_dependency(locations)
            store = StoreGrants(
                self, "StoreGrants", names=names, catalog=catalog, features=features, locations=locations
            )
            upkeep = UpkeepGrants(
                self, "UpkeepGrants", names=names, pipelines=pipelines, optimizers=optimizers, quality=quality
            )
            upkeep.node.add_dependency(store, catalog, features)
