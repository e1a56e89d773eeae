"""The lake: buckets, catalog, queries and feature groups."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.data.feature_store import FeatureStore
from infra.data.lake_buckets import LakeBuckets
from infra.data.lake_catalog import LakeCatalog
from infra.data.query_workgroup import QueryWorkgroup
from infra.security.keys import DataClass
from jobs.contracts.pipeline import Pipeline
from stacks.base_stack import PlatformStack


class DataStack(PlatformStack):
    """Everything that holds data between two runs."""

    def __init__(self, scope: Construct, *, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> None:
        super().__init__(scope, "data", config=config, description="Lake, catalog and feature groups", is_stateful=True)
        names, removal = self.names, self.removal
        key = self.key(DataClass.LAKE)
        buckets = LakeBuckets(
            self, "Lake", names=names, retention=config.retention, lake=config.lake, key=key, removal=removal
        )
        catalog = LakeCatalog(self, "Catalog", names=names, pipelines=pipelines, removal=removal)
        QueryWorkgroup(self, "Queries", names=names, key=key)
        features = FeatureStore(self, "Features", names=names, pipelines=pipelines, key=key, removal=removal)

        catalog.node.add_dependency(buckets)
        features.node.add_dependency(catalog.feature_store)
        features.node.add_dependency(buckets)
