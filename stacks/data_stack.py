"""The lake: buckets, catalog, upkeep of tables, queries and feature groups."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.lake.catalog_encryption import CatalogEncryption
from infra.lake.feature_store import FeatureStore
from infra.lake.lake_backup import LakeBackup
from infra.lake.lake_buckets import LakeBuckets
from infra.lake.lake_catalog import LakeCatalog
from infra.lake.lake_formation import LakeLocations
from infra.lake.quality import QualityRulesets
from infra.lake.query_workgroup import QueryWorkgroup
from infra.lake.service_grants import StoreGrants, UpkeepGrants
from infra.lake.table_optimizers import TableOptimizers
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
        optimizers, quality = self._keep_up(pipelines, catalog, features)
        QueryWorkgroup(self, "Queries", names=names, pipelines=pipelines, key=key, scan_limit_gb=lake.scan_limit_gb)

        catalog.node.add_dependency(buckets)
        features.node.add_dependency(catalog.feature_store, buckets)
        self._add_options(buckets, catalog)
        if lake.lake_formation:
            self._govern(pipelines, buckets, catalog, features, upkeep=(optimizers, quality))

    def _keep_up(
        self, pipelines: Sequence[Pipeline], catalog: LakeCatalog, features: FeatureStore
    ) -> tuple[TableOptimizers, QualityRulesets]:
        names, key_arn = self.names, self.key(DataClass.LAKE).key_arn
        optimizers = TableOptimizers(
            self,
            "Optimizers",
            names=names,
            pipelines=pipelines,
            tables=[*catalog.tables, *features.tables],
            key_arn=key_arn,
            snapshot_days=self.config.lake.snapshot_days,
        )
        quality = QualityRulesets(self, "Quality", names=names, pipelines=pipelines, catalog=catalog, key_arn=key_arn)
        return optimizers, quality

    def _add_options(self, buckets: LakeBuckets, catalog: LakeCatalog) -> None:
        lake, key, removal = self.config.lake, self.key(DataClass.LAKE), self.removal
        if lake.encrypt_catalog:
            account = self.names.account
            encryption = CatalogEncryption(
                self, "CatalogEncryption", account=account, key_arn=key.key_arn, removal=removal
            )
            # What exists before the settings do stays as it is until it is written again.
            catalog.node.add_dependency(encryption)
        if lake.backup_days is not None:
            backup = LakeBackup(self, "Backup", names=self.names, key=key, days=lake.backup_days, removal=removal)
            backup.node.add_dependency(buckets)

    def _govern(
        self,
        pipelines: Sequence[Pipeline],
        buckets: LakeBuckets,
        catalog: LakeCatalog,
        features: FeatureStore,
        *,
        upkeep: tuple[TableOptimizers, QualityRulesets],
    ) -> None:
        optimizers, quality = upkeep
        names, key_arn = self.names, self.key(DataClass.LAKE).key_arn
        locations = LakeLocations(self, "Locations", names=names, buckets=buckets, key_arn=key_arn)
        store = StoreGrants(self, "StoreGrants", names=names, catalog=catalog, features=features, locations=locations)
        keepers = UpkeepGrants(
            self, "UpkeepGrants", names=names, pipelines=pipelines, optimizers=optimizers, quality=quality
        )
        catalog.node.add_dependency(locations)
        keepers.node.add_dependency(store, catalog, features)
