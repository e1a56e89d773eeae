"""Glue table optimizers: compaction, snapshot retention and orphan file deletion for Iceberg tables."""

from collections.abc import Sequence

from aws_cdk import aws_glue as glue
from constructs import Construct

from infra.lake.catalog_table import CatalogTable
from infra.pipeline_scope import PipelineRole, PipelineScope
from infra.security.permissions import PlatformRole, allow_key
from jobs.contracts.names import job_purpose
from jobs.contracts.tables import TABLE_ZONES

#: Longer than any write takes, because the files of an uncommitted write look like orphans.
ORPHAN_DAYS = 7
#: Kept regardless of their age, so that a rarely written table still has a snapshot to roll back to.
SNAPSHOTS_KEPT = 3

#: So many optimizers are created at a time, never two of one table: Glue answers many requests with ThrottlingException
#: (Glue API reference, CreateTableOptimizer, errors, read 2026-11-29).
_LANES = 4


class TableOptimizers(Construct):
    """The three optimizers of each Iceberg table of a pipeline, with one role for all of them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: PipelineScope,
        tables: Sequence[CatalogTable],
        key_arn: str,
        snapshot_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = _role(self, pipeline, key_arn)
        self.optimizers: list[glue.CfnTableOptimizer] = []
        self._last: dict[int, glue.CfnTableOptimizer] = {}
        configurations = _configurations(self.role.arn, snapshot_days)
        for position, table in enumerate(tables):
            for optimizer_type, configuration in configurations.items():
                optimizer = glue.CfnTableOptimizer(
                    self,
                    f"{table.construct_id}-{optimizer_type}",
                    catalog_id=pipeline.names.account,
                    database_name=table.database,
                    table_name=table.name,
                    type=optimizer_type,
                    table_optimizer_configuration=configuration,
                )
                optimizer.node.add_dependency(self.role, table.creator)
                self._queue(optimizer, position % _LANES)

    def _queue(self, optimizer: glue.CfnTableOptimizer, lane: int) -> None:
        if before := self._last.get(lane):
            optimizer.node.add_dependency(before)
        self._last[lane] = optimizer
        self.optimizers.append(optimizer)


def _configurations(
    role_arn: str, snapshot_days: int
) -> dict[str, glue.CfnTableOptimizer.TableOptimizerConfigurationProperty]:
    properties = glue.CfnTableOptimizer
    compaction = properties.CompactionConfigurationProperty(
        iceberg_configuration=properties.IcebergCompactionConfigurationProperty(strategy="binpack")
    )
    retention = properties.RetentionConfigurationProperty(
        iceberg_configuration=properties.IcebergRetentionConfigurationProperty(
            snapshot_retention_period_in_days=snapshot_days,
            number_of_snapshots_to_retain=SNAPSHOTS_KEPT,
            clean_expired_files=True,
        )
    )
    orphans = properties.OrphanFileDeletionConfigurationProperty(
        iceberg_configuration=properties.IcebergConfigurationProperty(orphan_file_retention_period_in_days=ORPHAN_DAYS)
    )
    configuration = properties.TableOptimizerConfigurationProperty
    return {
        "compaction": configuration(enabled=True, role_arn=role_arn, compaction_configuration=compaction),
        "retention": configuration(enabled=True, role_arn=role_arn, retention_configuration=retention),
        "orphan_file_deletion": configuration(
            enabled=True, role_arn=role_arn, orphan_file_deletion_configuration=orphans
        ),
    }


def _role(scope: Construct, pipeline: PipelineScope, key_arn: str) -> PlatformRole:
    names = pipeline.names
    role = PlatformRole(
        scope,
        "Role",
        names=names,
        purpose=job_purpose(pipeline.name, PipelineRole.TABLES),
        description="Glue compacts Iceberg tables and removes what they no longer name",
        services=["glue.amazonaws.com"],
    )
    buckets, reason = names.bucket_arns(TABLE_ZONES), "orphan files are detected by listing the folder of a table"
    role.allow(["s3:ListBucket"], buckets, reason, pipeline.own_prefix)
    reason = "Iceberg chooses the names of data files; a zone is limited to the pipeline's prefix"
    role.allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], pipeline.object_arns(TABLE_ZONES), reason)
    role.allow(["glue:GetTable", "glue:UpdateTable"], pipeline.catalog_arns(), "every table of the pipeline")
    # Glue developer guide, table optimization prerequisites, read 2026-11-24.
    groups = [names.log_group_arn(group, ":*") for group in names.optimizer_log_groups()]
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    role.allow(actions, groups, "Glue creates a log stream per table and run")
    allow_key(role, key_arn)
    return role
