"""Database migration and secret rotation for MLflow."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config.service_config import RetentionConfig, TrackingConfig
from infra.names import PlatformNames, RolePurpose
from infra.platform_function import FunctionSettings, PlatformFunction
from infra.security.keys import DataClass
from infra.security.permissions import allow_pass
from infra.tracking.balancer import TrackingNetwork
from infra.tracking.secrets import TrackingSecrets
from infra.tracking.tasks import TrackingTasks, account_family, migration_family

_CODE = Path(__file__).with_name("function")
_OUTSIDE_VPC = (
    "it calls AWS APIs only and reaches the database through the tasks it starts; "
    "in the VPC its network interfaces would hold back the deletion of the stack"
)
_UNRESERVED = (
    "a deployment and three rotations call it, and locks keep them apart; "
    "a new account has ten executions and must keep ten of them unreserved"
)


class OperationsFunction(PlatformFunction):
    """The Lambda function that runs one-off ECS tasks."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        concurrency: int | None,
        retention: RetentionConfig,
        network: TrackingNetwork,
        secrets: TrackingSecrets,
        keys: Mapping[DataClass, kms.IKey],
    ) -> None:
        settings = FunctionSettings(
            purpose=RolePurpose.TRACKING_OPERATIONS,
            description="Runs MLflow's one-off tasks and rotates its secrets",
            code=_CODE,
            timeout=Duration.minutes(15),
            log_days=retention.log_days,
            data=DataClass.TRACKING,
            outside_vpc=_OUTSIDE_VPC,
            unreserved=_UNRESERVED,
            concurrency=concurrency,
        )
        environment = _environment(Stack.of(scope), names, network, secrets)
        super().__init__(scope, construct_id, names=names, settings=settings, environment=environment, keys=keys)
        self._allow(names, secrets)

    def _allow(self, names: PlatformNames, secrets: TrackingSecrets) -> None:
        role, cluster = self.role, names.arn("ecs", f"cluster/{names.resource('tracking')}")
        here = {"ArnEquals": {"ecs:cluster": cluster}}
        one_offs = [migration_family(names), *(account_family(names, kind) for kind in secrets.accounts)]
        families = [names.arn("ecs", f"task-definition/{family}:*") for family in one_offs]
        role.allow(["ecs:RunTask"], families, "a task definition's revision is numbered when it is made", here)
        running = names.arn("ecs", f"task/{names.resource('tracking')}/*")
        role.allow(["ecs:DescribeTasks"], [running], "tasks have no name before they run", here)
        service = names.arn("ecs", f"service/{names.resource('tracking')}/{names.resource('tracking')}")
        role.allow(["ecs:UpdateService"], [service], "servers are started again with a new key of sessions")
        allow_pass(role, [names.role_arn(RolePurpose.TRACKING_EXECUTION)], ["ecs-tasks.amazonaws.com"])
        # The key of the secrets is that of the function's settings, which the role may use already.
        actions = ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"]
        arns = [secret.secret_arn for secret in secrets.all]
        role.allow([f"secretsmanager:{action}" for action in actions], arns, "MLflow's own secrets")


class TrackingOperations(Construct):
    """The database migration, as a custom resource that servers depend on, and the rotation of MLflow's secrets."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        config: TrackingConfig,
        function: OperationsFunction,
        tasks: TrackingTasks,
        secrets: TrackingSecrets,
    ) -> None:
        super().__init__(scope, construct_id)
        self.migration = CustomResource(
            self,
            "Migration",
            resource_type="Custom::TrackingMigration",
            service_token=function.resource.function_arn,
            # The default of CloudFormation is one hour.
            service_timeout=Duration.minutes(15),
            # A new image or command makes a new revision of the task definition, which updates this resource.
            properties={"TaskDefinition": tasks.migrate.task_definition_arn},
        )
        self.migration.node.add_dependency(function, tasks)
        self._rotate(names, config, function.resource.function_arn, secrets)

    def _rotate(
        self, names: PlatformNames, config: TrackingConfig, function_arn: str, secrets: TrackingSecrets
    ) -> None:
        permission = lambda_.CfnPermission(
            self,
            "Rotates",
            action="lambda:InvokeFunction",
            function_name=function_arn,
            principal="secretsmanager.amazonaws.com",
            source_account=names.account,
        )
        for secret in secrets.all:
            schedule = secretsmanager.CfnRotationSchedule(
                self,
                f"{secret.node.id}Rotation",
                secret_id=secret.secret_arn,
                rotation_lambda_arn=function_arn,
                # The secret is new, and the migration has just created its account.
                rotate_immediately_on_update=False,
                rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                    automatically_after_days=config.password_days
                ),
            )
            schedule.node.add_dependency(permission, self.migration)


def _environment(
    stack: Stack, names: PlatformNames, network: TrackingNetwork, secrets: TrackingSecrets
) -> dict[str, str]:
    accounts = {account_family(names, kind): secret.secret_arn for kind, secret in secrets.accounts.items()}
    return {
        "CLUSTER": names.resource("tracking"),
        "SERVICE": names.resource("tracking"),
        "SUBNETS": ",".join(subnet.subnet_id for subnet in network.subnets),
        "SECURITY_GROUP": network.tasks.security_group_id,
        "TASKS": stack.to_json_string(accounts),
    }
