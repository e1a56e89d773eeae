"""Permissions that a Spark engine needs in the role of a job: logs, network and images, but no data of the lake."""

from collections.abc import Callable, Mapping

from infra.config.sagemaker_images import spark_image_repository
from infra.jobs.job_permissions import allow_code
from infra.names import PlatformNames
from infra.security.permissions import PlatformRole, allow_volumes
from jobs.contracts.access import Folder
from jobs.contracts.engines import Engine
from jobs.contracts.tables import Zone
from jobs.contracts.workloads import PROCESSING_JOB

#: The services that assume the role on each engine; on EMR the cluster's instances assume it.
SERVICES = {
    Engine.EMR: (),
    Engine.EMR_SERVERLESS: ("emr-serverless.amazonaws.com",),
    Engine.GLUE: ("glue.amazonaws.com",),
    Engine.SAGEMAKER: ("sagemaker.amazonaws.com",),
}

_DESCRIBE_NETWORK = ("NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")
_INTERFACE_REASON = "network interfaces are created with the job, so their ids are not known before"


def allow_spark_engine(role: PlatformRole, names: PlatformNames, engine: Engine, key_arn: str) -> None:
    """Allow a Spark job's role the permissions that its engine needs."""
    _SPARK[engine](role, names, key_arn)


def allow_container(role: PlatformRole, names: PlatformNames, key_arn: str, *, repository: str, log_group: str) -> None:
    """Allow the permissions of SageMaker's containers (developer guide, execution roles of jobs, VPC and volume key).

    `log_group` is the job type's log group, whose name is also the namespace of its instance metrics.
    """
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    role.allow(pull, [repository], "the one repository of the job's image")
    role.allow(["ecr:GetAuthorizationToken"], ["*"], "an authorization token is valid for the whole registry")
    groups = names.arn("logs", f"log-group:{log_group}*")
    write = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    role.allow(write, [groups], "SageMaker uses one log group per job type and one stream per container")
    namespace = {"StringEquals": {"cloudwatch:namespace": log_group}}
    role.allow(["cloudwatch:PutMetricData"], ["*"], "metrics have no ARN; the namespace is fixed", namespace)
    role.allow(["ec2:DescribeDhcpOptions"], ["*"], "describe actions of EC2 do not support resources")
    _allow_interfaces(role, names)
    permissions = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterfacePermission"]
    role.allow(permissions, [names.arn("ec2", "network-interface/*")], _INTERFACE_REASON)
    role.allow(["kms:DescribeKey", "kms:Encrypt"], [key_arn], "SageMaker encrypts volumes and outputs with it")
    allow_volumes(role, key_arn)


def allow_jars(role: PlatformRole, names: PlatformNames) -> None:
    """Allow the role to read the Iceberg jars, which SageMaker's Spark image lacks."""
    role.allow(["s3:GetObject"], names.folder_arns([Folder.SPARK_JARS]), "the folder of Iceberg's jars")
    (bucket,) = names.bucket_arns([Zone.ARTIFACTS])
    prefix = {"StringLike": {"s3:prefix": [f"{Folder.SPARK_JARS}*"]}}
    role.allow(["s3:ListBucket"], [bucket], "SageMaker lists an input's folder", prefix)


def _emr(role: PlatformRole, names: PlatformNames, _: str) -> None:
    # The service role and the instance role cover logs, disks and network: see cluster_roles.py.
    allow_code(role, names)


def _emr_serverless(role: PlatformRole, names: PlatformNames, _: str) -> None:
    """Allow writing logs, which happens under the job's own role (EMR Serverless user guide, storing logs)."""
    allow_code(role, names)
    logs = names.folder_arns([Folder.SERVERLESS_LOGS])
    role.allow(["s3:PutObject"], logs, "the engine names a log by application and job run")


def _glue(role: PlatformRole, names: PlatformNames, key_arn: str) -> None:
    """Allow the permissions of jobs in a VPC with a security configuration (Glue developer guide, roles for jobs)."""
    allow_code(role, names)
    connection = [names.arn("glue", "catalog"), names.arn("glue", f"connection/{names.glue_connection}")]
    role.allow(["glue:GetConnection"], connection, "the one connection of Glue jobs")
    logs = names.arn("logs", "log-group:/aws-glue/jobs/*")
    write = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    role.allow(write, [logs], "Glue names a log group by security configuration and role, and a stream by run")
    _allow_interfaces(role, names)
    tag = {"ForAllValues:StringEquals": {"aws:TagKeys": ["aws-glue-service-resource"]}}
    interfaces = [names.arn("ec2", "network-interface/*")]
    role.allow(["ec2:CreateTags", "ec2:DeleteTags"], interfaces, "Glue tags the interfaces that it creates", tag)
    role.allow(["kms:Encrypt"], [key_arn], "Glue encrypts job bookmarks with it")


def _sagemaker(role: PlatformRole, names: PlatformNames, key_arn: str) -> None:
    allow_code(role, names)
    repository = spark_image_repository(names.region)
    allow_container(role, names, key_arn, repository=repository, log_group=PROCESSING_JOB.log_group)


def _allow_interfaces(role: PlatformRole, names: PlatformNames) -> None:
    describe = [f"ec2:Describe{resource}" for resource in _DESCRIBE_NETWORK]
    role.allow(describe, ["*"], "describe actions of EC2 do not support resources")
    types = ("network-interface", "security-group", "subnet")
    created = [names.arn("ec2", f"{resource}/*") for resource in types]
    role.allow(["ec2:CreateNetworkInterface"], created, _INTERFACE_REASON)
    role.allow(["ec2:DeleteNetworkInterface"], [names.arn("ec2", "network-interface/*")], _INTERFACE_REASON)


_SPARK: Mapping[Engine, Callable[[PlatformRole, PlatformNames, str], None]] = {
    Engine.EMR: _emr,
    Engine.EMR_SERVERLESS: _emr_serverless,
    Engine.GLUE: _glue,
    Engine.SAGEMAKER: _sagemaker,
}
