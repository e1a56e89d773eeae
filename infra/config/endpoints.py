"""The AWS services that workloads call from the VPC; an isolated network has an interface endpoint for each.

A check compares the list with the permissions of these workloads' roles (checks/environment/network_reach.py).
Intentionally missing are `ssmmessages` and `ec2messages` (Session Manager is not used), `ecs*` (Fargate needs them only
on EC2 instances), `dynamodb` (unused).
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An interface endpoint: `service` as in `com.amazonaws.<region>.<service>`, `prefix` of its actions in IAM.

    `aws_owned` are ARNs, with a `{region}` placeholder, of resources in AWS accounts that workloads use through it.
    An optional endpoint has no caller in the platform; settings can request it for callers of an environment's own.
    """

    service: str
    prefix: str
    caller: str
    aws_owned: tuple[str, ...] = ()
    is_optional: bool = False


#: The resources that MWAA's components call are not documented, so the policy checks the caller only.
_MWAA = ("arn:aws:airflow:{region}:*:*",)
#: MWAA's Celery queue is in an AWS account (MWAA user guide, execution role, read 2026-11-24).
_QUEUE = ("arn:aws:sqs:{region}:*:airflow-celery-*",)

#: All of these support endpoint policies; a policy on any other endpoint would fail the stack. Source: the services'
#: guides (read 2026-11-24) and, for EMR Serverless, `VpcEndpointPolicySupported` of describe-vpc-endpoint-services in
#: us-west-2 on 2026-09-06 (a public record).
ENDPOINTS = (
    # MWAA's template for a VPC without internet access has none of the three (MWAA user guide, "Create the VPC
    # network", read 2026-11-29), and its guide to PrivateLink does not know `airflow.ops` any more.
    Endpoint(
        service="airflow.api", prefix="airflow", caller="clients of MWAA's API", aws_owned=_MWAA, is_optional=True
    ),
    Endpoint(service="airflow.env", prefix="airflow", caller="clients of Airflow", aws_owned=_MWAA, is_optional=True),
    Endpoint(service="airflow.ops", prefix="airflow", caller="metrics of MWAA", aws_owned=_MWAA, is_optional=True),
    Endpoint(service="athena", prefix="athena", caller="DAGs that query the lake", is_optional=True),
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
    Endpoint(service="sagemaker.api", prefix="sagemaker", caller="DAGs"),
    Endpoint(
        service="sagemaker.featurestore-runtime",
        prefix="sagemaker",
        caller="clients of the online store",
        is_optional=True,
    ),
    Endpoint(service="sagemaker.runtime", prefix="sagemaker", caller="clients of endpoints", is_optional=True),
    Endpoint(service="secretsmanager", prefix="secretsmanager", caller="MLflow and Airflow's connections"),
    Endpoint(service="sqs", prefix="sqs", caller="MWAA's executor", aws_owned=_QUEUE),
    Endpoint(service="ssm", prefix="ssm", caller="MLflow's tasks; Security Hub EC2.57"),
    Endpoint(service="sts", prefix="sts", caller="SDKs that assume a role"),
)

#: The endpoints with a caller in the platform, which an isolated network has.
INTERFACE_ENDPOINTS = tuple(endpoint.service for endpoint in ENDPOINTS if not endpoint.is_optional)
#: The endpoints that an environment gets only if its settings name them.
OPTIONAL_ENDPOINTS = tuple(endpoint.service for endpoint in ENDPOINTS if endpoint.is_optional)

#: The endpoints that Security Hub requires even with a NAT gateway (EC2.10, EC2.55, EC2.56, EC2.57).
CONTROLLED_ENDPOINTS = ("ec2", "ecr.api", "ecr.dkr", "ssm")
