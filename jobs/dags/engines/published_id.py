"""Identifiers that AWS assigns and that a stack of the platform publishes."""

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.hooks.ssm import SsmHook


def published_id(parameter: str) -> str:
    """The identifier that a Systems Manager parameter holds now.

    Names do not identify clusters and applications: while CloudFormation replaces one, two have the same name. Raises
    AirflowException if the parameter does not exist.
    """
    identifier = SsmHook(aws_conn_id=None).get_parameter_value(parameter, default="")
    if not identifier:
        raise AirflowException(f"parameter {parameter} does not exist; deploy the compute stack of the environment")
    return str(identifier)
