"""Create the two VPC endpoints of MWAA where the owner of the VPC, not MWAA, manages endpoints.

While MWAA creates an environment, it publishes the names of its endpoint services, and it waits until endpoints for
them exist (user guide, managing your own VPC endpoints, read 2026-11-24). A CloudFormation deployment therefore cannot
create both. This runs during the deployment, with the permissions of the owner of the VPC.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from common.errors import PlatformError

#: MWAA times out after 72 hours; a deployment should report the problem earlier.
ATTEMPTS = 120
_SERVICES = ("DatabaseVpcEndpointService", "WebserverVpcEndpointService")
_FAILED = frozenset({"CREATE_FAILED", "DELETED", "DELETING", "UNAVAILABLE"})


def create_endpoints(
    mwaa: Any, ec2: Any, name: str, *, pause: Callable[[], None], attempts: int = ATTEMPTS
) -> list[str]:
    """Wait until MWAA publishes its endpoint services, create missing endpoints and return all endpoint ids.

    It can be repeated. Raises PlatformError when MWAA manages its own endpoints, or when the environment fails or does
    not publish the services in time.
    """
    environment = _environment_with_services(mwaa, name, pause, attempts)
    if environment.get("EndpointManagement") != "CUSTOMER":
        raise PlatformError(f"{name}: MWAA manages its endpoints; required is airflow.endpoint_management 'customer'")
    network = environment["NetworkConfiguration"]
    vpc_id = ec2.describe_subnets(SubnetIds=network["SubnetIds"])["Subnets"][0]["VpcId"]
    return [_endpoint_id(ec2, vpc_id, network, environment[service], name) for service in _SERVICES]


def _environment_with_services(mwaa: Any, name: str, pause: Callable[[], None], attempts: int) -> dict[str, Any]:
    for _ in range(attempts):
        environment = _environment(mwaa, name)
        status = environment.get("Status", "absent")
        if status in _FAILED:
            raise PlatformError(f"{name} has status {status}; required is one that exists or is being created")
        if all(environment.get(service) for service in _SERVICES):
            return environment
        pause()
    raise PlatformError(f"{name} has status {status} and names no endpoint services; deploy its stack first")


def _environment(mwaa: Any, name: str) -> dict[str, Any]:
    try:
        environment: dict[str, Any] = mwaa.get_environment(Name=name)["Environment"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return {}
        raise
    return environment


def _endpoint_id(ec2: Any, vpc_id: str, network: dict[str, Any], service: str, name: str) -> str:
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "service-name", "Values": [service]}]
    for endpoint in ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]:
        return str(endpoint["VpcEndpointId"])
    details = ec2.describe_vpc_endpoint_services(ServiceNames=[service])["ServiceDetails"]
    created = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc_id,
        ServiceName=service,
        SubnetIds=network["SubnetIds"],
        SecurityGroupIds=network["SecurityGroupIds"],
        # EC2 rejects private DNS for a service without a private DNS name.
        PrivateDnsEnabled=any(detail.get("PrivateDnsName") for detail in details),
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "platform", "Value": name}]}],
    )
    return str(created["VpcEndpoint"]["VpcEndpointId"])
