"""The stack of one pipeline: its tables, feature groups, roles, Glue jobs and models."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.jobs.job_code import JobCode
from infra.jobs.job_permissions import allow_tracking
from infra.jobs.job_roles import JobRoles
from infra.lake.feature_store import FeatureStore
from infra.lake.lake_catalog import PipelineCatalog
from infra.lake.pipeline_grants import govern
from infra.lake.query_workgroup import PipelineQueries
from infra.lake.table_optimizers import TableOptimizers
from infra.names import PlatformNames
from infra.observability.pipeline_alerts import PipelineAlerts
from infra.observability.runbook import Runbook
from infra.pipeline_scope import PipelineScope, pipeline_stack
from infra.security.keys import DataClass
from infra.spark.glue_jobs import GlueJobs, GlueKeys
from infra.training.model_registry import ModelRegistry
from infra.training.shared_registry import allow_models
from jobs.contracts.access import JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.pipeline import Pipeline
from stacks.base_stack import PlatformStack


class PipelineStack(PlatformStack):
    """Everything that belongs to one pipeline alone, so that no limit of a stack or policy counts all pipelines."""

    def __init__(self, scope: Construct, *, config: PlatformConfig, pipeline: Pipeline, code: JobCode) -> None:
        description = f"Tables, features, roles and models of {pipeline.name}"
        super().__init__(scope, pipeline_stack(pipeline.name), config=config, description=description, is_stateful=True)
        self.scope = PipelineScope(self.names, pipeline)
        self._engines = config.engines.of_pipeline(pipeline)
        lake, registry = config.lake, config.registry
        catalog = PipelineCatalog(
            self, "Catalog", pipeline=self.scope, is_governed=lake.lake_formation, removal=self.removal
        )
        features = self._features() if pipeline.feature_groups else None
        optimizers = self._optimizers(catalog, features)
        PipelineQueries(self, "Queries", pipeline=self.scope)
        jobs = self._jobs()
        if self._engines.jobs_on(Engine.GLUE):
            self._glue((code.archive_uri, code.entry_uri)).node.add_dependency(jobs)
        ModelRegistry(self, "Models", pipeline=self.scope, removal=self.removal, consumers=registry.consumers)
        if pipeline.alert_emails:
            self._alerts(pipeline.alert_emails)
        if lake.lake_formation:
            govern(
                self,
                pipeline=self.scope,
                catalog=catalog,
                features=features,
                optimizers=optimizers,
                jobs=jobs,
                readers=lake.readers,
            )

    def _alerts(self, emails: Sequence[str]) -> None:
        key, runbook = self.key(DataClass.ALERTS), Runbook.of(self.config.delivery)
        PipelineAlerts(self, "Alerts", pipeline=self.scope, key=key, runbook=runbook, emails=emails)

    def _features(self) -> FeatureStore:
        return FeatureStore(
            self,
            "Features",
            pipeline=self.scope,
            key=self.key(DataClass.LAKE),
            has_online_store=self.config.lake.online_store,
            removal=self.removal,
        )

    def _optimizers(self, catalog: PipelineCatalog, features: FeatureStore | None) -> TableOptimizers:
        return TableOptimizers(
            self,
            "Optimizers",
            pipeline=self.scope,
            tables=[*catalog.tables, *(features.tables if features else ())],
            key_arn=self.key(DataClass.LAKE).key_arn,
            snapshot_days=self.config.lake.snapshot_days,
        )

    def _jobs(self) -> JobRoles:
        config, key_arn = self.config, self.key(DataClass.LAKE).key_arn
        jobs = JobRoles(self, "Jobs", pipeline=self.scope, engines=self._engines, lake=config.lake, key_arn=key_arn)
        allow_tracking(jobs.roles[JobKind.TRAIN], self.names, self.key(DataClass.TRACKING).key_arn)
        if registry := PlatformNames.of_registry(config):
            allow_models(jobs.roles[JobKind.SERVE], registry, self.scope.name)
        return jobs

    def _glue(self, code_uris: tuple[str, str]) -> GlueJobs:
        engines = self._engines
        return GlueJobs(
            self,
            "Glue",
            pipeline=self.scope,
            modules=engines.jobs_on(Engine.GLUE),
            engines=engines,
            code_uris=code_uris,
            keys=GlueKeys(data=self.key(DataClass.LAKE).key_arn, logs=self.key(DataClass.LOGS).key_arn),
        )
