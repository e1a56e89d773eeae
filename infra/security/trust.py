"""Which services may assume a role, and on whose behalf: only for this account, and only for resources it owns.

Each pattern is what the service is documented to send as `aws:SourceArn` when it assumes a role. Read on 2026-11-24:
EMR management guide, service role; EMR Serverless user guide, job runtime roles; SageMaker developer guide, confused
deputy; VPC user guide, IAM role for flow logs. The other rows follow the examples of their guides as commonly quoted;
the first deployment shows whether each service sends what is asked for, and a wrong row fails closed.
"""

from aws_cdk import aws_iam as iam

from infra.config.validation import require
from infra.names import PlatformNames

#: Service to the service name and the resource of its ARNs.
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

#: EC2 hands credentials to its own instances, Lambda to its own functions, AWS Backup to its own jobs, and the guide of
#: Lake Formation (roles used to register locations) names none either: no source is documented in the request, and a
#: condition on a missing key would refuse them for ever.
WITHOUT_SOURCE = (
    "backup.amazonaws.com",
    "ec2.amazonaws.com",
    "lakeformation.amazonaws.com",
    "lambda.amazonaws.com",
)


def trusted(service: str, names: PlatformNames) -> iam.ServicePrincipal:
    """The service as a principal, for this account's resources only wherever it says whose they are."""
    if service in WITHOUT_SOURCE:
        return iam.ServicePrincipal(service)
    allowed = f"one of {sorted((*_SOURCES, *WITHOUT_SOURCE))}; add what its guide documents as aws:SourceArn"
    require(service in _SOURCES, "service that assumes a role", service, allowed)
    owner, resource = _SOURCES[service]
    conditions = {
        "StringEquals": {"aws:SourceAccount": names.account},
        "ArnLike": {"aws:SourceArn": names.arn(owner, resource.format(prefix=names.prefix))},
    }
    return iam.ServicePrincipal(service, conditions=conditions)
