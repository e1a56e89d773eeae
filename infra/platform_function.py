"""A Lambda function of the platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.log_group import log_group
from infra.names import PlatformNames, RolePurpose
from infra.security.keys import DataClass
from infra.security.permissions import PlatformRole, acknowledge_conformance


@dataclass(frozen=True, kw_only=True)
class FunctionSettings:
    """What distinguishes one function from another.

    `code` is the folder with `handler.py`; `data` selects the key of the environment variables. `unreserved` and
    `outside_vpc` are the reasons why the function reserves no executions and has no network interface.
    """

    purpose: RolePurpose
    description: str
    code: Path
    timeout: Duration
    log_days: int
    data: DataClass
    outside_vpc: str
    unreserved: str
    concurrency: int | None = None


class PlatformFunction(Construct):
    """A Lambda function with a role and a log group of its own; lost asynchronous calls go to a dead-letter queue.

    `role` has the permissions that every such function needs; its owner adds those of its work.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        settings: FunctionSettings,
        environment: Mapping[str, str],
        keys: Mapping[DataClass, kms.IKey],
    ) -> None:
        super().__init__(scope, construct_id)
        group = names.function_log_group(settings.purpose)
        lost = self._lost_calls(names, settings.purpose, keys[DataClass.ALERTS])
        self.role = self._role(names, settings, keys)
        self.role.allow(["sqs:SendMessage"], [lost.queue_arn], "lost calls")
        self.resource = lambda_.Function(
            self,
            "Resource",
            function_name=names.resource(settings.purpose),
            description=settings.description,
            code=lambda_.Code.from_asset(str(settings.code), exclude=["__pycache__"]),
            handler="handler.handle",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            timeout=settings.timeout,
            reserved_concurrent_executions=settings.concurrency,
            dead_letter_queue=lost,
            environment=dict(environment),
            environment_encryption=keys[settings.data],
            log_group=log_group(self, "Logs", name=group, days=settings.log_days, key=keys[DataClass.LOGS]),
            role=self.role.role.without_policy_updates(),
        )
        self.resource.node.add_dependency(self.role)
        acknowledge_conformance(self.resource, "LambdaInsideVPC", settings.outside_vpc)
        if settings.concurrency is None:
            acknowledge_conformance(self.resource, "LambdaConcurrency", settings.unreserved)

    def _lost_calls(self, names: PlatformNames, purpose: RolePurpose, key: kms.IKey) -> sqs.Queue:
        return sqs.Queue(
            self,
            "Lost",
            queue_name=names.resource(f"{purpose}-lost"),
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )

    def _role(
        self, names: PlatformNames, settings: FunctionSettings, keys: Mapping[DataClass, kms.IKey]
    ) -> PlatformRole:
        role = PlatformRole(
            self,
            "Role",
            names=names,
            purpose=settings.purpose,
            description=settings.description,
            services=["lambda.amazonaws.com"],
        )
        used = [keys[data].key_arn for data in dict.fromkeys((DataClass.ALERTS, settings.data))]
        role.allow(["kms:Decrypt", "kms:GenerateDataKey"], used, "its queue and settings are encrypted")
        group = names.log_group_arn(names.function_log_group(settings.purpose), ":*")
        role.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [group], "Lambda names its log streams")
        return role
