from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from common.errors import PlatformError
from operations.airflow_endpoints import create_endpoints

NAME = "mlops-prod"


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A region of moto's, without the endpoints of this machine's settings."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield boto3.client("ec2", region_name="us-east-1")


@pytest.fixture
def asking(ec2: Any) -> dict[str, Any]:
    """An environment that waits for its two endpoints in a VPC of two subnets; the web server's has a private name."""
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"] for n in (0, 1)]
    group = ec2.create_security_group(GroupName="airflow", Description="airflow", VpcId=vpc_id)["GroupId"]
    return {
        "Status": "PENDING",
        "EndpointManagement": "CUSTOMER",
        "NetworkConfiguration": {"SubnetIds": subnets, "SecurityGroupIds": [group]},
        "DatabaseVpcEndpointService": service(ec2),
        "WebserverVpcEndpointService": service(ec2, private_name="web.airflow.internal"),
    }


def service(ec2: Any, **private_name: str) -> str:
    """An endpoint service such as MWAA makes in its own account."""
    balancers = boto3.client("elbv2", region_name="us-east-1")
    vpc_id = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    name = f"mwaa-{len(balancers.describe_load_balancers()['LoadBalancers'])}"
    made = balancers.create_load_balancer(Name=name, Subnets=[subnet], Scheme="internal", Type="network")
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    options = {"PrivateDnsName": private_name["private_name"]} if private_name else {}
    configuration = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn], **options)
    return str(configuration["ServiceConfiguration"]["ServiceName"])


def made(ec2: Any, *answers: dict[str, Any], attempts: int = 5) -> list[str]:
    """What the command makes while MWAA answers in turn; an empty answer is an environment that is not there yet."""
    mwaa = boto3.client("mwaa", region_name="us-east-1")
    stub = Stubber(mwaa)
    for answer in answers:
        if answer:
            stub.add_response("get_environment", {"Environment": answer}, {"Name": NAME})
        else:
            stub.add_client_error("get_environment", "ResourceNotFoundException")
    with stub:
        found = create_endpoints(mwaa, ec2, NAME, pause=lambda: None, attempts=attempts)
        stub.assert_no_pending_responses()
    return found


def test_the_endpoints_are_made_once_mwaa_names_them(ec2: Any, asking: dict[str, Any]) -> None:
    ids = made(ec2, {}, {"Status": "CREATING"}, asking)
    endpoints = {each["VpcEndpointId"]: each for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
    assert set(ids) == set(endpoints)
    services = [asking["DatabaseVpcEndpointService"], asking["WebserverVpcEndpointService"]]
    assert [endpoints[each]["ServiceName"] for each in ids] == services
    assert [endpoints[each]["PrivateDnsEnabled"] for each in ids] == [False, True]
    for endpoint in endpoints.values():
        assert endpoint["VpcEndpointType"] == "Interface"
        assert endpoint["SubnetIds"] == asking["NetworkConfiguration"]["SubnetIds"]
        assert [group["GroupId"] for group in endpoint["Groups"]] == asking["NetworkConfiguration"]["SecurityGroupIds"]


def test_a_second_run_makes_nothing(ec2: Any, asking: dict[str, Any]) -> None:
    first = made(ec2, asking)
    assert made(ec2, {**asking, "Status": "AVAILABLE"}) == first
    assert len(ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 2


def test_an_environment_that_failed_gets_none(ec2: Any, asking: dict[str, Any]) -> None:
    with pytest.raises(PlatformError, match="mlops-prod has status CREATE_FAILED"):
        made(ec2, {**asking, "Status": "CREATE_FAILED"})
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_an_environment_that_keeps_its_own_is_left_alone(ec2: Any, asking: dict[str, Any]) -> None:
    with pytest.raises(PlatformError, match=r"required is airflow\.endpoint_management 'customer'"):
        made(ec2, {**asking, "EndpointManagement": "SERVICE"})
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_nobody_deploying_is_told(ec2: Any) -> None:
    with pytest.raises(PlatformError, match="mlops-prod has status absent and names no endpoint services"):
        made(ec2, {}, {}, attempts=2)
