"""The AWS services that workloads call from the VPC; an isolated network has an interface endpoint for each.

A test compares the list with the permissions of these workloads' roles. Intentionally missing are `ssmmessages` and
`ec2messages` (Session Manager is not used), `ecs*` (Fargate needs them only on EC2 instances), `dynamodb` (unused).
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An interface endpoint: `service` as in `com.amazonaws.<region>.<service>`, `prefix` of its actions in IAM.

    `aws_owned` are ARNs, with a `{region}` placeholder, of resources in AWS accounts that workloads use through it.
    """

    service: str
    prefix: str
    caller: str
    aws_owned: tuple[str, ...] = ()


#: The resources that MWAA's components call are not documented, so the policy checks the caller only.
_MWAA = ("arn:aws:airflow:{region}:*:*",)
#: MWAA's Celery queue is in an AWS account (MWAA user guide, execution role, read 2026-11-24).
_QUEUE = ("arn:aws:sqs:{region}:*:airflow-celery-*",)

#: All of these support endpoint policies; a policy on any other endpoint would fail the stack. Source: the services'
#: guides (read 2026-11-24) and, for EMR Serverless, `VpcEndpointPolicySupported` of describe-vpc-endpoint-services in
#: us-west-2 on 2026-09-06 (a public record).
ENDPOINTS = (
    Endpoint(service="airflow.api", prefix="airflow", caller="MWAA", aws_owned=_MWAA),
    Endpoint(service="airflow.env", prefix="airflow", caller="MWAA", aws_owned=_MWAA),
    Endpoint(service="airflow.ops", prefix="airflow", caller="MWAA", aws_owned=_MWAA),
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
    Endpoint(service="sqs", prefix="sqs", caller="MWAA's executor", aws_owned=_QUEUE),
    Endpoint(service="ssm", prefix="ssm", caller="Airflow's variables; Security Hub EC2.57"),
    Endpoint(service="sts", prefix="sts", caller="SDKs that assume a role"),
)

INTERFACE_ENDPOINTS = tuple(endpoint.service for endpoint in ENDPOINTS)

#: The endpoints that Security Hub requires even with a NAT gateway (EC2.10, EC2.55, EC2.56, EC2.57).
CONTROLLED_ENDPOINTS = ("ec2", "ecr.api", "ecr.dkr", "ssm")
