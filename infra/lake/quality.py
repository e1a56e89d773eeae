"""Rulesets of Glue Data Quality, one per table, and the role under which somebody evaluates them."""

from collections.abc import Sequence

from aws_cdk import aws_glue as glue
from constructs import Construct

from infra.lake.iceberg_schema import tables_of
from infra.lake.lake_catalog import LakeCatalog
from infra.lake.quality_rules import rules_of, ruleset
from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import PlatformRole, allow_key
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import TABLE_ZONES


class QualityRulesets(Construct):
    """What a table's contract promises, as rules that Glue checks on the whole table when asked.

    The jobs check each batch before they publish it; these rules also find what was changed past them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        pipelines: Sequence[Pipeline],
        catalog: LakeCatalog,
        key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = _role(self, names, pipelines, key_arn)
        for pipeline in pipelines:
            for table in tables_of(pipeline):
                if not rules_of(table):
                    continue
                purpose = f"{pipeline.name}-{table.zone}-{table.name}"
                rules = glue.CfnDataQualityRuleset(
                    self,
                    purpose,
                    name=names.resource(purpose),
                    description=table.description,
                    ruleset=ruleset(table),
                    target_table=glue.CfnDataQualityRuleset.DataQualityTargetTableProperty(
                        database_name=names.database(pipeline.name, table.zone), table_name=table.name
                    ),
                )
                rules.node.add_dependency(catalog)


def _role(scope: Construct, names: PlatformNames, pipelines: Sequence[Pipeline], key_arn: str) -> PlatformRole:
    """What Glue needs to evaluate rulesets on our tables; compiled from its guide, to be confirmed by a first run."""
    role = PlatformRole(
        scope,
        "Role",
        names=names,
        purpose=RolePurpose.QUALITY,
        description="Glue evaluates the rules of tables",
        services=["glue.amazonaws.com"],
    )
    role.allow(["s3:GetBucketLocation", "s3:ListBucket"], names.bucket_arns(TABLE_ZONES), "tables are read as files")
    reason = "Iceberg chooses the names of data files; the bucket is the boundary of a zone"
    role.allow(["s3:GetObject"], names.object_arns(TABLE_ZONES), reason)
    programs = f"arn:aws:s3:::aws-glue-ml-data-quality-assets-{names.region}/*"
    role.allow(["s3:GetObject"], [programs], "AWS's bucket of Data Quality programs, in which it chooses names")
    tables = "every table of a database that belongs to the platform"
    role.allow(["glue:GetDatabase", "glue:GetTable"], names.catalog_arns(pipelines), tables)
    rulesets = [names.arn("glue", f"dataQualityRuleset/{names.prefix}-*")]
    actions = ["GetDataQualityResult", "GetDataQualityRuleset", "GetDataQualityRulesetEvaluationRun"]
    reason = "rulesets of the platform, one per table"
    role.allow([f"glue:{action}" for action in (*actions, "PublishDataQuality")], rulesets, reason)
    groups = [names.arn("logs", "log-group:/aws-glue/data-quality/*")]
    writes = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    role.allow(writes, groups, "Glue names a group per kind of message and a stream per run")
    namespace = {"StringEquals": {"cloudwatch:namespace": "Glue Data Quality"}}
    role.allow(["cloudwatch:PutMetricData"], ["*"], "metrics have no ARN; the namespace is fixed", namespace)
    allow_key(role, key_arn)
    return role
