"""The execution role of MWAA: Airflow's own needs, and starting jobs under their roles."""

from constructs import Construct

from infra.names import PlatformNames
from infra.orchestration.airflow_options import secret_prefix
from infra.security.permissions import PlatformRole, allow_key, allow_pass, allow_volumes
from jobs.contracts.tables import Zone

_JOB_REASON = "runs are named by the pipeline and the run; the environment's prefix is fixed"


class AirflowRole(PlatformRole):
    """The role of schedulers and workers."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, key_arn: str, data_key_arn: str
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            names=names,
            purpose="airflow",
            description="MWAA schedules, starts jobs and reads their results",
            services=["airflow.amazonaws.com", "airflow-env.amazonaws.com"],
        )
        allow_key(self, data_key_arn)
        # Whoever asks SageMaker for an encrypted volume makes the grant.
        allow_volumes(self, data_key_arn)
        _allow_airflow(self, names)
        _allow_secrets(self, names, key_arn)
        _allow_lake(self, names)
        _allow_emr(self, names)
        _allow_sagemaker(self, names)


def _allow_airflow(role: PlatformRole, names: PlatformNames) -> None:
    """MWAA's documented minimum (user guide, execution role)."""
    role.allow(["airflow:PublishMetrics"], [names.arn("airflow", f"environment/{names.prefix}")], "its own environment")
    files = f"arn:aws:s3:::{names.assets_bucket}"
    checks = ["GetBucketLocation", "GetBucketPublicAccessBlock", "GetBucketVersioning", "GetEncryptionConfiguration"]
    lists = ["ListBucket", "ListBucketVersions"]
    role.allow([f"s3:{action}" for action in (*checks, *lists)], [files], "MWAA checks and reads its bucket")
    reads = ["s3:GetObject", "s3:GetObjectVersion"]
    role.allow(reads, [f"{files}/{names.prefix}/*"], "DAGs and requirements are named by the hash of their content")
    role.allow(["s3:GetAccountPublicAccessBlock"], ["*"], "an account has one public access block")
    logs = names.arn("logs", f"log-group:airflow-{names.prefix}-*")
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
    """Airflow's own key, through the services that hold what it encrypts; connections and variables by their prefix."""
    # What MWAA's guide asks for with a key of the customer's (execution role, read 2026-11-24), and Secrets Manager.
    services = [f"{service}.{names.region}.amazonaws.com" for service in ("s3", "secretsmanager", "sqs")]
    actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
    through = {"StringEquals": {"kms:ViaService": services}}
    role.allow(actions, [key_arn], "MWAA's queue and secrets are encrypted with this one key", through)
    secrets = [
        names.arn("secretsmanager", f"secret:{secret_prefix(names, kind)}/*") for kind in ("connections", "variables")
    ]
    role.allow(["secretsmanager:GetSecretValue"], secrets, "connections and variables are named by whoever adds them")


def _allow_lake(role: PlatformRole, names: PlatformNames) -> None:
    role.allow(["s3:ListBucket"], names.bucket_arns([Zone.ARTIFACTS, Zone.LANDING]), "sensors and gates")
    objects = names.object_arns([Zone.ARTIFACTS, Zone.LANDING])
    role.allow(["s3:GetObject"], objects, "gates read reports, sensors wait for files, whose names jobs choose")


def _allow_emr(role: PlatformRole, names: PlatformNames) -> None:
    only_tagged = {"StringEquals": {"aws:RequestTag/platform": names.prefix}}
    role.allow(["elasticmapreduce:RunJobFlow"], ["*"], "a new cluster has no ARN; its tags are fixed", only_tagged)
    clusters = names.arn("elasticmapreduce", "cluster/*")
    actions = ["AddJobFlowSteps", "AddTags", "CancelSteps", "DescribeCluster", "DescribeStep", "ListSteps"]
    reason = "EMR names clusters; the account belongs to this environment"
    role.allow([f"elasticmapreduce:{action}" for action in (*actions, "TerminateJobFlows")], [clusters], reason)
    passed = [names.role_arn("emr-service"), names.role_arn("spark")]
    allow_pass(role, passed, ["elasticmapreduce.amazonaws.com", "ec2.amazonaws.com", "emr-serverless.amazonaws.com"])


def _allow_sagemaker(role: PlatformRole, names: PlatformNames) -> None:
    jobs = {
        "training-job": ("CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"),
        "hyper-parameter-tuning-job": (
            "CreateHyperParameterTuningJob",
            "DescribeHyperParameterTuningJob",
            "StopHyperParameterTuningJob",
        ),
        "transform-job": ("CreateTransformJob", "DescribeTransformJob", "StopTransformJob"),
        "model": ("CreateModel", "DescribeModel"),
        "model-package": ("CreateModelPackage", "DescribeModelPackage", "UpdateModelPackage"),
        "model-package-group": ("CreateModelPackage", "DescribeModelPackageGroup"),
    }
    for kind, actions in jobs.items():
        arn = names.arn("sagemaker", f"{kind}/{names.prefix}-*")
        role.allow(["sagemaker:AddTags", *(f"sagemaker:{action}" for action in actions)], [arn], _JOB_REASON)
    passed = [names.role_arn("training"), names.role_arn("serving")]
    allow_pass(role, passed, ["sagemaker.amazonaws.com"])
    groups = [
        names.arn("logs", "log-group:/aws/sagemaker/TrainingJobs:*"),
        names.arn("logs", "log-group:/aws/sagemaker/TransformJobs:*"),
    ]
    reason = "streams are named by the job"
    role.allow(["logs:DescribeLogStreams", "logs:GetLogEvents"], groups, reason)
