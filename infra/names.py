"""Physical names and literal ARNs of one environment, used in policies, payloads and by other stacks.

They build on the names that jobs use (`jobs.contracts.names`), so a policy and its job always agree.
Literal ARNs keep policies readable in a template and free of references between stacks.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from infra.config.platform_config import PlatformConfig
from jobs.contracts.access import Folder, JobKind
from jobs.contracts.names import EVERY_PIPELINE, LakeNames
from jobs.contracts.tables import Zone


class RolePurpose(StrEnum):
    """The purposes in the names of the environment's IAM roles and policies; `JobKind` and `PipelineRole` name others.

    No purpose ends with one of those, which mark the roles of pipelines.
    """

    AIRFLOW = "airflow"
    AIRFLOW_CALLERS = "airflow-callers"
    AIRFLOW_JOBS = "airflow-jobs"
    COMPARE = "compare"
    DATABASE_MONITORING = "database-monitoring"
    DEPLOY = "deploy"
    EMR_INSTANCE = "emr-instance"
    EMR_SERVICE = "emr-service"
    FLOW_LOGS = "flow-logs"
    IDLE_CLUSTERS = "idle-clusters"
    LAKE_ACCESS = "lake-access"
    LAKE_BACKUP = "lake-backup"
    TRACKING = "tracking"
    TRACKING_BACKUP = "tracking-backup"
    TRACKING_EXECUTION = "tracking-execution"
    TRACKING_OPERATIONS = "tracking-operations"


class AirflowLog(StrEnum):
    """The logs of MWAA; each value is the suffix of the log group's name."""

    DAG_PROCESSING = "DAGProcessing"
    SCHEDULER = "Scheduler"
    TASK = "Task"
    WEB_SERVER = "WebServer"
    WORKER = "Worker"


class DatabaseLog(StrEnum):
    """The logs that RDS exports from PostgreSQL."""

    POSTGRESQL = "postgresql"
    UPGRADE = "upgrade"


class BootstrapRole(StrEnum):
    """The purposes in the names of the roles that `cdk bootstrap` creates."""

    CLOUDFORMATION = "cfn-exec"
    DEPLOY = "deploy"
    FILES = "file-publishing"
    IMAGES = "image-publishing"
    LOOKUP = "lookup"


class PlatformNames(LakeNames):
    """The names of all resources of one environment."""

    @classmethod
    def of(cls, config: PlatformConfig) -> "PlatformNames":
        """The names of an environment."""
        return cls(environment=config.environment, account=config.account, region=config.region)

    @classmethod
    def of_registry(cls, config: PlatformConfig) -> "PlatformNames | None":
        """The names of the environment whose registry this one reads; None if it uses its own registry."""
        owner = config.registry
        return cls(owner.environment, owner.account, config.region) if owner.account else None

    def system_bucket(self, purpose: str) -> str:
        """A bucket that is not a zone of the lake, such as the bucket of access logs."""
        return f"{self.prefix}-{purpose}-{self.account}-{self.region}"

    def key_alias(self, purpose: str) -> str:
        """The alias of a key of the environment."""
        return f"alias/{self.prefix}-{purpose}"

    @property
    def metric_namespace(self) -> str:
        """The CloudWatch namespace of the environment's own metrics."""
        return f"MLOps/{self.environment}"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def bucket_arns(self, zones: Iterable[Zone]) -> list[str]:
        """The ARNs of the zones' buckets."""
        return [f"arn:aws:s3:::{self.bucket(zone)}" for zone in zones]

    def object_arns(self, zones: Iterable[Zone], prefix: str = "") -> list[str]:
        """The ARNs of all objects below a prefix of the zones' buckets."""
        return [f"{arn}/{prefix}*" for arn in self.bucket_arns(zones)]

    def job_role_patterns(self, kinds: Iterable[JobKind]) -> list[str]:
        """The ARN patterns of the roles of these kinds in every pipeline, whose list would outgrow a policy."""
        return [self.job_role_arn(EVERY_PIPELINE, kind) for kind in kinds]

    def folder_arns(self, folders: Iterable[Folder]) -> list[str]:
        """The ARNs of all objects in folders of the artifacts bucket."""
        return [f"{arn}/{folder}/*" for folder in folders for arn in self.bucket_arns([Zone.ARTIFACTS])]

    def log_group_arn(self, name: str, suffix: str = "") -> str:
        """The ARN of a log group; the suffix `:*` makes it the ARN of its streams."""
        return self.arn("logs", f"log-group:{name}{suffix}")

    def airflow_log_group(self, component: AirflowLog | Literal["*"]) -> str:
        """The log group of a component of MWAA, which fixes the form of the name."""
        return f"airflow-{self.prefix}-{component}"

    @property
    def tracking_log_group(self) -> str:
        """The log group of MLflow's containers."""
        return f"/{self.prefix}/tracking"

    @property
    def firewall_log_group(self) -> str:
        """The log group of MLflow's web application firewall; WAF writes only to groups of this prefix."""
        return f"aws-waf-logs-{self.resource('tracking')}"

    @staticmethod
    def optimizer_log_groups() -> tuple[str, ...]:
        """The log groups that Glue uses for the table optimizers of an account."""
        kinds = ("compaction", "retention", "orphan-file-deletion")
        return tuple(f"/aws-glue/iceberg-{kind}/logs" for kind in kinds)

    @property
    def flow_log_group(self) -> str:
        """The log group of the VPC's flow logs."""
        return f"/{self.prefix}/flow-logs"

    def database_log_group(self, kind: DatabaseLog) -> str:
        """The log group of one of the logs of MLflow's database, under the name that RDS gives it."""
        return f"/aws/rds/instance/{self.resource('tracking')}/{kind}"

    def function_log_group(self, purpose: str) -> str:
        """The log group of a Lambda function."""
        return f"/aws/lambda/{self.resource(purpose)}"

    @property
    def glue_connection(self) -> str:
        """The Glue connection through which jobs reach the VPC."""
        return self.resource("private")

    @property
    def assets_bucket(self) -> str:
        """The bucket that `cdk bootstrap` created; files are named by the hash of their content."""
        return f"cdk-hnb659fds-assets-{self.account}-{self.region}"

    @property
    def asset_folder(self) -> str:
        """The folder of that bucket with all files of this environment."""
        return f"{self.prefix}/"

    @property
    def image_tag_prefix(self) -> str:
        """The start of the tags of this environment's images in the registry of the bootstrap."""
        return f"{self.prefix}-"

    def bootstrap_role_arn(self, purpose: BootstrapRole) -> str:
        """The ARN of a role that `cdk bootstrap` created."""
        return f"arn:aws:iam::{self.account}:role/cdk-hnb659fds-{purpose}-role-{self.account}-{self.region}"

    @property
    def images_repository(self) -> str:
        """The ECR repository that `cdk bootstrap` created for images."""
        return f"cdk-hnb659fds-container-assets-{self.account}-{self.region}"

    def image_uri(self, tag: str) -> str:
        """The literal URI of an image in that repository; CDK renders the domain as an intrinsic function."""
        return f"{self.account}.dkr.ecr.{self.region}.amazonaws.com/{self.images_repository}:{tag}"
