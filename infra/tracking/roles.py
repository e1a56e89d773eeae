"""Execution role and task role of MLflow's ECS tasks."""

from collections.abc import Sequence

from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import PlatformRole, allow_key
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone


class TrackingRoles(Construct):
    """The execution role pulls the image and reads secrets; the task role stores artifacts."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        secret_arns: Sequence[str],
        parameter_arn: str,
        log_group: logs.ILogGroup,
        key_arn: str,
        lake_key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        services = ["ecs-tasks.amazonaws.com"]
        self.execution = PlatformRole(
            self,
            "Execution",
            names=names,
            purpose=RolePurpose.TRACKING_EXECUTION,
            description="ECS starts MLflow's container",
            services=services,
        )
        self.task = PlatformRole(
            self,
            "Task",
            names=names,
            purpose=RolePurpose.TRACKING,
            description="MLflow stores artifacts",
            services=services,
        )
        self._allow_start(names, log_group)
        secrets = "users, passwords and the key of sessions"
        self.execution.allow(["secretsmanager:GetSecretValue"], secret_arns, secrets)
        self.execution.allow(["kms:Decrypt"], [key_arn], "secrets are encrypted")
        self.execution.allow(["ssm:GetParameters"], [parameter_arn], "the database's host")
        self._allow_artifacts(names, lake_key_arn)

    def _allow_start(self, names: PlatformNames, log_group: logs.ILogGroup) -> None:
        role = self.execution
        repository = names.arn("ecr", f"repository/{names.images_repository}")
        pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        role.allow(pull, [repository], "the platform's own images")
        role.allow(["ecr:GetAuthorizationToken"], ["*"], "a token is for the whole registry")
        write = ["logs:CreateLogStream", "logs:PutLogEvents"]
        role.allow(write, [log_group.log_group_arn], "MLflow's log group")

    def _allow_artifacts(self, names: PlatformNames, key_arn: str) -> None:
        bucket = names.bucket_arns([Zone.ARTIFACTS])
        self.task.allow(["s3:GetBucketLocation", "s3:ListBucket"], bucket, "MLflow lists a run's artifacts")
        objects = names.object_arns([Zone.ARTIFACTS], f"{Folder.MLFLOW}/")
        actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        self.task.allow(actions, objects, "MLflow names artifacts by run; the prefix is its own")
        allow_key(self.task, key_arn)
