"""Makes the two VPC endpoints that MWAA waits for where the VPC's owner, and not MWAA, keeps its endpoints.

MWAA names its endpoint services once it has made them, and finishes the environment once they have endpoints (user
guide, managing your own VPC endpoints, read 2026-11-24). One CloudFormation deployment therefore cannot make both: this
runs beside it, with the rights of the VPC's owner.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from common.errors import PlatformError

#: MWAA gives up after 72 hours; whoever deploys should hear of it sooner.
ATTEMPTS = 120
_SERVICES = ("DatabaseVpcEndpointService", "WebserverVpcEndpointService")
_ENDED = frozenset({"CREATE_FAILED", "DELETED", "DELETING", "UNAVAILABLE"})


def make_endpoints(mwaa: Any, ec2: Any, name: str, *, pause: Callable[[], None], attempts: int = ATTEMPTS) -> list[str]:
    """Wait until MWAA asks for its endpoints and make those that are missing; returns their ids. Safe to run again."""
    environment = _asking(mwaa, name, pause, attempts)
    if environment.get("EndpointManagement") != "CUSTOMER":
        raise PlatformError(f"{name}: MWAA makes its own endpoints; allowed is airflow.endpoint_management 'customer'")
    network = environment["NetworkConfiguration"]
    vpc_id = ec2.describe_subnets(SubnetIds=network["SubnetIds"])["Subnets"][0]["VpcId"]
    return [_endpoint(ec2, vpc_id, network, environment[service], name) for service in _SERVICES]


def _asking(mwaa: Any, name: str, pause: Callable[[], None], attempts: int) -> dict[str, Any]:
    for _ in range(attempts):
        environment = _described(mwaa, name)
        status = environment.get("Status", "absent")
        if status in _ENDED:
            raise PlatformError(f"{name} is {status}; allowed is an environment that is being created or exists")
        if all(environment.get(service) for service in _SERVICES):
            return environment
        pause()
    raise PlatformError(f"{name} is {status} and names no endpoint services; is its stack being deployed?")


def _described(mwaa: Any, name: str) -> dict[str, Any]:
    try:
        environment: dict[str, Any] = mwaa.get_environment(Name=name)["Environment"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return {}
        raise
    return environment


def _endpoint(ec2: Any, vpc_id: str, network: dict[str, Any], service: str, name: str) -> str:
    here = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "service-name", "Values": [service]}]
    for found in ec2.describe_vpc_endpoints(Filters=here)["VpcEndpoints"]:
        return str(found["VpcEndpointId"])
    details = ec2.describe_vpc_endpoint_services(ServiceNames=[service])["ServiceDetails"]
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc_id,
        ServiceName=service,
        SubnetIds=network["SubnetIds"],
        SecurityGroupIds=network["SecurityGroupIds"],
        # EC2 refuses a private name where the service has none.
        PrivateDnsEnabled=any(detail.get("PrivateDnsName") for detail in details),
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "platform", "Value": name}]}],
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])
