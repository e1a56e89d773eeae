"""The MWAA environment: private web server, all logs enabled, DAGs in a folder named by its hash."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_mwaa as mwaa
from constructs import Construct

from infra.config.service_config import AirflowConfig
from infra.log_group import log_group
from infra.names import AirflowLog, PlatformNames, RolePurpose
from infra.orchestration.airflow_files import AirflowFiles
from infra.orchestration.airflow_options import airflow_options
from infra.orchestration.airflow_role import AirflowRole

#: MWAA's log types by the suffix of the group each writes to.
_LOGS = {
    "dag_processing_logs": AirflowLog.DAG_PROCESSING,
    "scheduler_logs": AirflowLog.SCHEDULER,
    "task_logs": AirflowLog.TASK,
    "webserver_logs": AirflowLog.WEB_SERVER,
    "worker_logs": AirflowLog.WORKER,
}


class AirflowEnvironment(Construct):
    """An MWAA environment whose web server is reachable inside the VPC only."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        config: AirflowConfig,
        files: AirflowFiles,
        log_days: int,
        key: kms.IKey,
        subnet_ids: Sequence[str],
        security_group_id: str,
        options: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = AirflowRole(self, "Role", names=names, key_arn=key.key_arn)
        groups = _log_groups(self, names, log_days, key)
        self.environment = mwaa.CfnEnvironment(
            self,
            "Resource",
            name=names.prefix,
            execution_role_arn=self.role.arn,
            source_bucket_arn=f"arn:aws:s3:::{names.assets_bucket}",
            dag_s3_path=files.dag_path,
            requirements_s3_path=files.requirements_path,
            startup_script_s3_path=files.startup_path,
            airflow_configuration_options={**airflow_options(names), **options},
            kms_key=key.key_arn,
            network_configuration=_network(subnet_ids, security_group_id),
            logging_configuration=_logging(),
            webserver_access_mode="PRIVATE_ONLY",
            weekly_maintenance_window_start="SUN:03:00",
            tags={"platform": names.prefix},
            **_size(config),
        )
        # MWAA validates the role when it creates the environment, so the role's policy must be attached before.
        self.environment.node.add_dependency(self.role, *groups)
        _callers(self, names)


def _log_groups(scope: Construct, names: PlatformNames, days: int, key: kms.IKey) -> list[logs.LogGroup]:
    """The log groups that MWAA writes to; MWAA would create them without a retention and without the key."""
    return [log_group(scope, kind, name=names.airflow_log_group(kind), days=days, key=key) for kind in _LOGS.values()]


def _callers(scope: Construct, names: PlatformNames) -> None:
    """A policy to attach to people and tools that call Airflow's REST API; it gives them Airflow's role `User`."""
    permissions = {
        "airflow:GetEnvironment": names.arn("airflow", f"environment/{names.prefix}"),
        "airflow:InvokeRestApi": names.arn("airflow", f"role/{names.prefix}/User"),
    }
    iam.ManagedPolicy(
        scope,
        "Callers",
        managed_policy_name=names.role(RolePurpose.AIRFLOW_CALLERS),
        statements=[iam.PolicyStatement(actions=[action], resources=[arn]) for action, arn in permissions.items()],
    )


def _network(subnet_ids: Sequence[str], security_group_id: str) -> mwaa.CfnEnvironment.NetworkConfigurationProperty:
    # MWAA requires exactly two subnets.
    return mwaa.CfnEnvironment.NetworkConfigurationProperty(
        subnet_ids=list(subnet_ids)[:2], security_group_ids=[security_group_id]
    )


def _size(config: AirflowConfig) -> dict[str, Any]:
    return {
        "airflow_version": config.version,
        "environment_class": config.environment_class,
        "min_workers": config.minimum_workers,
        "max_workers": config.maximum_workers,
        "schedulers": config.schedulers,
        "min_webservers": config.minimum_webservers,
        "max_webservers": config.maximum_webservers,
        # Omitted where it is MWAA's default, because adding the property later would replace the environment.
        "endpoint_management": "CUSTOMER" if config.endpoint_management == "customer" else None,
        # An update waits for running tasks instead of killing them; jobs/contracts/time_limits.py limits both.
        "worker_replacement_strategy": "GRACEFUL",
    }


def _logging() -> mwaa.CfnEnvironment.LoggingConfigurationProperty:
    module = mwaa.CfnEnvironment.ModuleLoggingConfigurationProperty(enabled=True, log_level="INFO")
    return mwaa.CfnEnvironment.LoggingConfigurationProperty(**dict.fromkeys(_LOGS, module))
