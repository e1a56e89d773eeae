"""An Athena workgroup whose queries are encrypted, logged and bounded."""

from aws_cdk import aws_athena as athena
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.data.lake_buckets import QUERY_RESULTS
from infra.names import PlatformNames
from jobs.contracts.tables import Zone

#: A query that reads more than this stops; a full scan by mistake costs at most about five dollars.
_SCAN_LIMIT_BYTES = 1024**4


class QueryWorkgroup(Construct):
    """An Athena workgroup whose results land encrypted in the artifacts bucket and expire there."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        encryption = athena.CfnWorkGroup.EncryptionConfigurationProperty(
            encryption_option="SSE_KMS", kms_key=key.key_arn
        )
        self.workgroup = athena.CfnWorkGroup(
            self,
            "Resource",
            name=names.prefix,
            description=f"Queries on the lake of {names.prefix}",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=_SCAN_LIMIT_BYTES,
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    encryption_configuration=encryption, output_location=names.uri(Zone.ARTIFACTS, QUERY_RESULTS)
                ),
            ),
        )
