"""The Athena workgroup of the lake, and the saved queries of each pipeline in it."""

from aws_cdk import aws_athena as athena
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.lake.named_queries import queries_of
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone


class QueryWorkgroup(Construct):
    """An Athena workgroup whose results are stored encrypted in the artifacts bucket and expire there.

    Its settings override those of clients: results always go there, and a query cannot scan more than the limit.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        key: kms.IKey,
        scan_limit_gb: int,
    ) -> None:
        super().__init__(scope, construct_id)
        properties = athena.CfnWorkGroup
        encryption = properties.EncryptionConfigurationProperty(encryption_option="SSE_KMS", kms_key=key.key_arn)
        athena.CfnWorkGroup(
            self,
            "Resource",
            name=names.prefix,
            description=f"Queries on the lake of {names.prefix}",
            recursive_delete_option=True,
            work_group_configuration=properties.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=scan_limit_gb * 1024**3,
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                requester_pays_enabled=False,
                engine_version=properties.EngineVersionProperty(selected_engine_version="Athena engine version 3"),
                result_configuration=properties.ResultConfigurationProperty(
                    encryption_configuration=encryption,
                    expected_bucket_owner=names.account,
                    output_location=names.uri(Zone.ARTIFACTS, Folder.QUERY_RESULTS, ""),
                ),
            ),
        )


class PipelineQueries(Construct):
    """The saved queries on the tables of one pipeline."""

    def __init__(self, scope: Construct, construct_id: str, *, pipeline: PipelineScope) -> None:
        super().__init__(scope, construct_id)
        names = pipeline.names
        for query in queries_of(names, pipeline.pipeline):
            athena.CfnNamedQuery(
                self,
                query.name,
                name=names.resource(f"{pipeline.name}-{query.name}"),
                description=query.description,
                database=names.database(pipeline.name, Zone.RAW),
                query_string=query.sql,
                work_group=names.prefix,
            )
