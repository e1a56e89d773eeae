"""The execution role of MWAA with the permissions that Airflow itself needs."""

from constructs import Construct

from infra.names import PlatformNames, RolePurpose
from infra.orchestration.airflow_options import secret_prefix
from infra.security.permissions import PlatformRole, through_service


class AirflowRole(PlatformRole):
    """The role of schedulers and workers; `job_start_permissions.py` adds the permissions to start jobs."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key_arn: str) -> None:
        super().__init__(
            scope,
            construct_id,
            names=names,
            purpose=RolePurpose.AIRFLOW,
            description="MWAA schedules, starts jobs and reads their results",
            services=["airflow.amazonaws.com", "airflow-env.amazonaws.com"],
        )
        _allow_airflow(self, names)
        _allow_secrets(self, names, key_arn)


def _allow_airflow(role: PlatformRole, names: PlatformNames) -> None:
    """The minimum permissions that MWAA documents (user guide, execution role)."""
    role.allow(["airflow:PublishMetrics"], [names.arn("airflow", f"environment/{names.prefix}")], "its own environment")
    files = f"arn:aws:s3:::{names.assets_bucket}"
    checks = ["GetBucketLocation", "GetBucketPublicAccessBlock", "GetBucketVersioning", "GetEncryptionConfiguration"]
    lists = ["ListBucket", "ListBucketVersions"]
    role.allow([f"s3:{action}" for action in (*checks, *lists)], [files], "MWAA checks and reads its bucket")
    reads = ["s3:GetObject", "s3:GetObjectVersion"]
    role.allow(
        reads, [f"{files}/{names.asset_folder}*"], "DAGs and requirements are named by the hash of their content"
    )
    role.allow(["s3:GetAccountPublicAccessBlock"], ["*"], "an account has one public access block")
    logs = names.log_group_arn(names.airflow_log_group("*"))
    actions = ["CreateLogGroup", "CreateLogStream", "GetLogEvents", "GetLogGroupFields", "GetLogRecord"]
    reason = "MWAA's five log groups and a stream per task try"
    role.allow([f"logs:{action}" for action in (*actions, "GetQueryResults", "PutLogEvents")], [logs], reason)
    role.allow(["logs:DescribeLogGroups"], ["*"], "listing log groups takes no resource")
    role.allow(["cloudwatch:PutMetricData"], ["*"], "metrics have no ARN")
    queues = f"arn:aws:sqs:{names.region}:*:airflow-celery-*"
    actions = ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"]
    reason = "MWAA's queue lives in an account of AWS, under a name MWAA chooses"
    role.allow([f"sqs:{action}" for action in (*actions, "SendMessage")], [queues], reason)


def _allow_secrets(role: PlatformRole, names: PlatformNames, key_arn: str) -> None:
    """Allow use of Airflow's key through the services that store its data, and reading of its secrets by prefix."""
    # MWAA's guide requires these for a customer managed key (execution role, read 2026-11-24); also Secrets Manager.
    actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
    through = {"StringEquals": through_service(names, "s3", "secretsmanager", "sqs")}
    role.allow(actions, [key_arn], "MWAA's queue and secrets are encrypted with this one key", through)
    secrets = [
        names.arn("secretsmanager", f"secret:{secret_prefix(names, kind)}/*") for kind in ("connections", "variables")
    ]
    role.allow(["secretsmanager:GetSecretValue"], secrets, "connections and variables are named by whoever adds them")
