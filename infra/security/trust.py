"""Service principals of roles, limited to requests on behalf of this account's own resources (confused deputy).

Each pattern is the `aws:SourceArn` that the service is documented to send when it assumes a role. Read on 2026-11-24:
EMR management guide, service role; EMR Serverless user guide, job runtime roles; SageMaker developer guide, confused
deputy; VPC user guide, IAM role for flow logs. The other rows follow the examples of their guides as commonly quoted.
"""

from aws_cdk import aws_iam as iam

from infra.config.validation import require
from infra.names import PlatformNames

#: Service principals by the service and resource part of the source ARN.
_SOURCES = {
    "airflow-env.amazonaws.com": ("airflow", "environment/{prefix}"),
    "airflow.amazonaws.com": ("airflow", "environment/{prefix}"),
    "ecs-tasks.amazonaws.com": ("ecs", "*"),
    "elasticmapreduce.amazonaws.com": ("elasticmapreduce", "*"),
    "emr-serverless.amazonaws.com": ("emr-serverless", "/applications/*"),
    "events.amazonaws.com": ("events", "rule/{prefix}-*"),
    "glue.amazonaws.com": ("glue", "*"),
    "monitoring.rds.amazonaws.com": ("rds", "db:{prefix}-*"),
    "sagemaker.amazonaws.com": ("sagemaker", "*"),
    "scheduler.amazonaws.com": ("scheduler", "schedule-group/*"),
    "vpc-flow-logs.amazonaws.com": ("ec2", "vpc-flow-log/*"),
}

#: Services whose guides name the source of some requests only: SageMaker's names training jobs (cross-service confused
#: deputy prevention), Glue's trust policies of jobs and table optimizers have no condition (read 2026-11-29). Their
#: conditions apply where the service sends the keys and do not deny access where it sends none.
PARTLY_DOCUMENTED = ("glue.amazonaws.com", "sagemaker.amazonaws.com")

#: Services that are not documented to send a source: EC2 and Lambda assume the roles of their own instances and
#: functions, AWS Backup those of its jobs, and Lake Formation's guide (roles used to register locations) names none.
#: A condition on a key that is absent from the request would always deny access.
WITHOUT_SOURCE = (
    "backup.amazonaws.com",
    "ec2.amazonaws.com",
    "lakeformation.amazonaws.com",
    "lambda.amazonaws.com",
)


def trusted(service: str, names: PlatformNames) -> iam.ServicePrincipal:
    """The service principal, limited to resources of this account where the service sends their ARN.

    Raises ConfigError for a service without a known source.
    """
    if service in WITHOUT_SOURCE:
        return iam.ServicePrincipal(service)
    allowed = f"one of {sorted((*_SOURCES, *WITHOUT_SOURCE))}; add what its guide documents as aws:SourceArn"
    require(service in _SOURCES, "service that assumes a role", service, allowed)
    owner, resource = _SOURCES[service]
    suffix = "IfExists" if service in PARTLY_DOCUMENTED else ""
    conditions = {
        f"StringEquals{suffix}": {"aws:SourceAccount": names.account},
        f"ArnLike{suffix}": {"aws:SourceArn": names.arn(owner, resource.format(prefix=names.prefix))},
    }
    return iam.ServicePrincipal(service, conditions=conditions)
