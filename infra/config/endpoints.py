"""The AWS services that workloads call from the VPC; an isolated network has an interface endpoint for each.

A test compares the list with the permissions of these workloads' roles. Intentionally missing are `ssmmessages` and
`ec2messages` (no one opens a shell on a node), `ecs*` (Fargate needs them only on EC2 instances), `dynamodb` (unused).
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An interface endpoint: `service` as in `com.amazonaws.<region>.<service>`, `prefix` of its actions in IAM.

    `foreign` are ARNs, with a `{region}` placeholder, of resources in accounts of AWS that workloads use through it.
    """

    service: str
    prefix: str
    caller: str
    foreign: tuple[str, ...] = ()


#: The resources that MWAA's components call are not documented, so the policy checks the caller only.
_MWAA = ("arn:aws:airflow:{region}:*:*",)
#: MWAA's Celery queue lives in an account of AWS (MWAA user guide, execution role, read 2026-11-24).
_QUEUE = ("arn:aws:sqs:{region}:*:airflow-celery-*",)

#: None of these refuses an endpoint policy, which would fail the stack: the services' guides have a section on theirs
#: (read 2026-11-24), that of EMR Serverless is silent and its endpoint said so in us-west-2 on 2026-09-06
#: (`VpcEndpointPolicySupported` of describe-vpc-endpoint-services, a public record).
ENDPOINTS = (
    Endpoint(service="airflow.api", prefix="airflow", caller="MWAA", foreign=_MWAA),
    Endpoint(service="airflow.env", prefix="airflow", caller="MWAA", foreign=_MWAA),
    Endpoint(service="airflow.ops", prefix="airflow", caller="MWAA", foreign=_MWAA),
    Endpoint(service="athena", prefix="athena", caller="DAGs that query the lake"),
    Endpoint(service="ec2", prefix="ec2", caller="EMR nodes; Security Hub EC2.10"),
    Endpoint(service="ecr.api", prefix="ecr", caller="Fargate; Security Hub EC2.55"),
    Endpoint(service="ecr.dkr", prefix="ecr", caller="Fargate; Security Hub EC2.56"),
    Endpoint(service="elasticmapreduce", prefix="elasticmapreduce", caller="DAGs, and EMR nodes for runtime roles"),
    Endpoint(service="emr-serverless", prefix="emr-serverless", caller="DAGs"),
    Endpoint(service="glue", prefix="glue", caller="Spark's catalog and DAGs"),
    Endpoint(service="kms", prefix="kms", caller="everything that reads or writes data"),
    Endpoint(service="lakeformation", prefix="lakeformation", caller="Spark, where Lake Formation grants"),
    Endpoint(service="logs", prefix="logs", caller="MWAA, MLflow and jobs"),
    Endpoint(service="monitoring", prefix="cloudwatch", caller="MWAA and jobs"),
    Endpoint(service="sagemaker.api", prefix="sagemaker", caller="DAGs and Spark"),
    Endpoint(service="sagemaker.featurestore-runtime", prefix="sagemaker", caller="Spark and serving, online store"),
    Endpoint(service="sagemaker.runtime", prefix="sagemaker", caller="clients of endpoints"),
    Endpoint(service="secretsmanager", prefix="secretsmanager", caller="MLflow and Airflow's connections"),
    Endpoint(service="sqs", prefix="sqs", caller="MWAA's executor", foreign=_QUEUE),
    Endpoint(service="ssm", prefix="ssm", caller="Airflow's variables; Security Hub EC2.57"),
    Endpoint(service="sts", prefix="sts", caller="SDKs that assume a role"),
)

INTERFACE_ENDPOINTS = tuple(endpoint.service for endpoint in ENDPOINTS)

#: The endpoints that Security Hub requires even with a NAT gateway (EC2.10, EC2.55, EC2.56, EC2.57).
CONTROLLED_ENDPOINTS = ("ec2", "ecr.api", "ecr.dkr", "ssm")
