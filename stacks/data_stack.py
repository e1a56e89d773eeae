"""The data stack: buckets, Data Catalog, table maintenance, saved queries and feature groups of the lake."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.lake.catalog_encryption import CatalogEncryption
from infra.lake.catalog_table import CatalogTable
from infra.lake.feature_store import FeatureStore
from infra.lake.lake_backup import LakeBackup
from infra.lake.lake_buckets import LakeBuckets
from infra.lake.lake_catalog import LakeCatalog
from infra.lake.query_workgroup import QueryWorkgroup
from infra.lake.service_grants import govern
from infra.lake.table_optimizers import TableOptimizers
from infra.security.keys import DataClass
from jobs.contracts.pipeline import Pipeline
from stacks.base_stack import PlatformStack


class DataStack(PlatformStack):
    """Everything that stores data between two pipeline runs."""

    def __init__(self, scope: Construct, *, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> None:
        super().__init__(scope, "data", config=config, description="Lake, catalog and feature groups", is_stateful=True)
        names, lake, key = self.names, config.lake, self.key(DataClass.LAKE)
        buckets = self._buckets()
        catalog = LakeCatalog(
            self, "Catalog", names=names, pipelines=pipelines, is_governed=lake.lake_formation, removal=self.removal
        )
        features = FeatureStore(
            self,
            "Features",
            names=names,
            pipelines=pipelines,
            key=key,
            has_online_store=lake.online_store,
            removal=self.removal,
        )
        optimizers = self._optimizers(pipelines, [*catalog.tables, *features.tables])
        QueryWorkgroup(self, "Queries", names=names, pipelines=pipelines, key=key, scan_limit_gb=lake.scan_limit_gb)
        self._add_options(buckets, catalog)
        if lake.lake_formation:
            govern(
                self,
                names=names,
                pipelines=pipelines,
                buckets=buckets,
                catalog=catalog,
                features=features,
                optimizers=optimizers,
                key_arn=key.key_arn,
            )
        catalog.node.add_dependency(buckets)
        features.node.add_dependency(catalog.feature_store, buckets)

    def _optimizers(self, pipelines: Sequence[Pipeline], tables: Sequence[CatalogTable]) -> TableOptimizers:
        optimizers = TableOptimizers(
            self,
            "Optimizers",
            names=self.names,
            pipelines=pipelines,
            tables=tables,
            key_arn=self.key(DataClass.LAKE).key_arn,
            snapshot_days=self.config.lake.snapshot_days,
        )
        optimizers.node.add_dependency(*self.service_logs(self.names.optimizer_log_groups()))
        return optimizers

    def _buckets(self) -> LakeBuckets:
        return LakeBuckets(
            self,
            "Lake",
            names=self.names,
            retention=self.config.retention,
            lake=self.config.lake,
            key=self.key(DataClass.LAKE),
            removal=self.removal,
            consumers=self.config.registry.consumers,
        )

    def _add_options(self, buckets: LakeBuckets, catalog: LakeCatalog) -> None:
        lake, key, removal = self.config.lake, self.key(DataClass.LAKE), self.removal
        if lake.encrypt_catalog:
            account = self.names.account
            encryption = CatalogEncryption(
                self, "CatalogEncryption", account=account, key_arn=key.key_arn, removal=removal
            )
            # Glue encrypts definitions when they are written: those older than the setting stay unencrypted.
            catalog.node.add_dependency(encryption)
        if lake.backup_days is not None:
            backup = LakeBackup(self, "Backup", names=self.names, key=key, days=lake.backup_days, removal=removal)
            backup.node.add_dependency(buckets)
