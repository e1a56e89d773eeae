"""The data stack: buckets, the database of offline stores and the workgroup, which all pipelines share."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.lake.catalog_encryption import CatalogEncryption
from infra.lake.lake_backup import LakeBackup
from infra.lake.lake_buckets import LakeBuckets
from infra.lake.lake_catalog import LakeDatabase
from infra.lake.lake_formation import LakeLocations
from infra.lake.query_workgroup import QueryWorkgroup
from infra.security.keys import DataClass
from jobs.contracts.tables import Zone
from stacks.base_stack import PlatformStack


class DataStack(PlatformStack):
    """What stores the data of all pipelines between two runs; their tables are in the stacks of pipelines."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "data", config=config, description="Lake and its catalog", is_stateful=True)
        names, lake, key = self.names, config.lake, self.key(DataClass.LAKE)
        buckets = self._buckets()
        offline_stores = LakeDatabase(
            self,
            "OfflineStores",
            names=names,
            name=names.feature_database,
            location=names.uri(Zone.FEATURES, ""),
            is_governed=lake.lake_formation,
            removal=self.removal,
        )
        offline_stores.node.add_dependency(buckets)
        QueryWorkgroup(self, "Queries", names=names, key=key, scan_limit_gb=lake.scan_limit_gb)
        self.service_logs(names.optimizer_log_groups())
        if lake.lake_formation:
            locations = LakeLocations(self, "Locations", names=names, buckets=buckets, key_arn=key.key_arn)
            offline_stores.node.add_dependency(locations)
        self._add_options(buckets, offline_stores)

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

    def _add_options(self, buckets: LakeBuckets, database: LakeDatabase) -> None:
        lake, key, removal = self.config.lake, self.key(DataClass.LAKE), self.removal
        if lake.encrypt_catalog:
            account = self.names.account
            encryption = CatalogEncryption(
                self, "CatalogEncryption", account=account, key_arn=key.key_arn, removal=removal
            )
            # Glue encrypts definitions when they are written: those older than the setting stay unencrypted.
            database.node.add_dependency(encryption)
        if lake.backup_days is not None:
            backup = LakeBackup(self, "Backup", names=self.names, key=key, days=lake.backup_days, removal=removal)
            backup.node.add_dependency(buckets)
