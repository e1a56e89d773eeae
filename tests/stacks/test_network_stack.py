from typing import Any

import pytest
from aws_cdk import aws_ec2 as ec2

from infra.config.endpoints import INTERFACE_ENDPOINTS, OPTIONAL_ENDPOINTS
from infra.environments import DEV
from infra.network.placement import EMR_TAG, Group, group_path, subnet_path
from infra.network.rules import CALLERS, rules
from tests.stacks.network_modes import IMPORTED, NETWORKS, OPERATORS, Synthesized, synthesized
from tests.stacks.templates import functions, only, resources

OWN = [name for name, network in NETWORKS.items() if network.mode != "imported"]
EGRESS = [name for name, network in NETWORKS.items() if network.mode == "egress"]
CLOSED = [name for name in NETWORKS if name not in EGRESS]
Modes = dict[str, Synthesized]


@pytest.fixture(scope="module")
def modes(tmp_path_factory: pytest.TempPathFactory) -> Modes:
    return {name: synthesized(network, tmp_path_factory.mktemp("network")) for name, network in NETWORKS.items()}


def names_of(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {key: item["Properties"] for key, item in template["Resources"].items() if item["Type"] == kind}


@pytest.mark.parametrize("name", NETWORKS)
def test_all_four_packs_find_nothing(name: str, modes: Modes) -> None:
    assert modes[name].violations == []
    accepted = {rule.rpartition("-")[2] for rule in modes[name].accepted if "IAM5" not in rule}
    assert accepted == ({"VPCDefaultSecurityGroupClosed"} if name in OWN else set())


@pytest.mark.parametrize("name", NETWORKS)
def test_every_mode_publishes_the_same_values(name: str, modes: Modes) -> None:
    zones = NETWORKS[name].availability_zones
    paths = ["network/vpc-id", *(group_path(group) for group in Group), *(subnet_path(zone) for zone in zones)]
    paths += ["network/first-zone-name"] * (name in OWN)
    published = {item["Name"] for item in resources(modes[name].template, "AWS::SSM::Parameter")}
    assert published == {f"/mlops/dev/{path}" for path in paths}


@pytest.mark.parametrize("name", CLOSED)
def test_without_egress_there_is_no_way_to_the_internet(name: str, modes: Modes) -> None:
    for kind in ("EIP", "EgressOnlyInternetGateway", "InternetGateway", "NatGateway", "Route", "VPCGatewayAttachment"):
        assert not resources(modes[name].template, f"AWS::EC2::{kind}")


@pytest.mark.parametrize("name", EGRESS)
def test_the_nat_gateway_spans_every_zone_and_needs_no_public_subnet(name: str, modes: Modes) -> None:
    template, zones = modes[name].template, NETWORKS[name].availability_zones
    nat = only(template, "AWS::EC2::NatGateway")
    assert nat["AvailabilityMode"] == "regional"
    assert [address["AvailabilityZoneId"] for address in nat["AvailabilityZoneAddresses"]] == list(zones)
    assert len(resources(template, "AWS::EC2::EIP")) == len(resources(template, "AWS::EC2::Route")) == len(zones)
    assert all("GatewayId" not in route for route in resources(template, "AWS::EC2::Route"))


@pytest.mark.parametrize("name", OWN)
def test_no_subnet_gives_public_addresses_and_emr_may_use_each(name: str, modes: Modes) -> None:
    subnets = resources(modes[name].template, "AWS::EC2::Subnet")
    assert len(subnets) == len(NETWORKS[name].availability_zones)
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets)
    assert all({"Key": EMR_TAG, "Value": "true"} in subnet["Tags"] for subnet in subnets)


def test_neither_a_nat_gateway_nor_another_zone_touches_a_subnet(modes: Modes) -> None:
    for kind in ("AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable"):
        isolated, egress = names_of(modes["isolated"].template, kind), names_of(modes["egress"].template, kind)
        assert isolated == egress
        wider = names_of(modes["isolated in three zones"].template, kind)
        assert isolated.items() <= wider.items()
        assert wider == names_of(modes["egress in three zones"].template, kind)


@pytest.mark.parametrize("name", OWN)
def test_all_traffic_is_recorded_in_an_encrypted_log_that_ends(name: str, modes: Modes) -> None:
    template = modes[name].template
    assert only(template, "AWS::EC2::FlowLog")["TrafficType"] == "ALL"
    group = only(template, "AWS::Logs::LogGroup")
    assert group["RetentionInDays"] == DEV.retention.log_days
    assert group["KmsKeyId"]


@pytest.mark.parametrize("name", ["imported", "imported with endpoints"])
def test_an_imported_vpc_is_taken_as_it_is(name: str, modes: Modes) -> None:
    template = modes[name].template
    kinds = {item["Type"].removeprefix("AWS::EC2::") for item in template["Resources"].values()}
    assert kinds - {"VPCEndpoint"} == {
        *("SecurityGroup", "SecurityGroupEgress", "SecurityGroupIngress"),
        "AWS::SSM::Parameter",
    }
    values = {item["Name"]: item["Value"] for item in resources(template, "AWS::SSM::Parameter")}
    assert values["/mlops/dev/network/vpc-id"] == IMPORTED.vpc_id
    assert [values[f"/mlops/dev/network/subnet-{number}"] for number in ("az1", "az2")] == list(IMPORTED.subnet_ids)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_endpoint_has_a_policy_and_a_name_that_cdk_knows(name: str, modes: Modes) -> None:
    found = resources(modes[name].template, "AWS::EC2::VPCEndpoint")
    interfaces = [endpoint for endpoint in found if endpoint["VpcEndpointType"] == "Interface"]
    gateways = [endpoint for endpoint in found if endpoint["VpcEndpointType"] == "Gateway"]
    network, has_own = NETWORKS[name], name != "imported with endpoints"
    # Lake Formation is off in dev, and every job runs on EMR.
    unused = {"emr-serverless", "lakeformation"}
    services = [service for service in network.interface_endpoints if service not in unused and has_own]
    assert [endpoint["ServiceName"] for endpoint in interfaces] == [f"com.amazonaws.us-east-1.{s}" for s in services]
    assert [endpoint["ServiceName"] for endpoint in gateways] == ["com.amazonaws.us-east-1.s3"] * has_own
    assert all(DEV.account in str(endpoint["PolicyDocument"]) for endpoint in found)
    assert all(endpoint["PrivateDnsEnabled"] for endpoint in interfaces)
    assert {len(endpoint["SubnetIds"]) for endpoint in interfaces} <= {len(network.availability_zones)}


def test_endpoints_are_spelled_as_cdk_spells_them() -> None:
    constants = [name for name in dir(ec2.InterfaceVpcEndpointAwsService) if name.isupper()]
    known = {getattr(ec2.InterfaceVpcEndpointAwsService, name).short_name for name in constants}
    assert {*INTERFACE_ENDPOINTS, *OPTIONAL_ENDPOINTS} <= known


@pytest.mark.parametrize("name", OWN)
def test_s3_is_reached_from_every_route_table(name: str, modes: Modes) -> None:
    (gateway,) = (e for e in resources(modes[name].template, "AWS::EC2::VPCEndpoint") if "RouteTableIds" in e)
    tables = [reference["Ref"] for reference in gateway["RouteTableIds"]]
    assert tables == list(names_of(modes[name].template, "AWS::EC2::RouteTable"))


def directions(template: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every inbound and outbound rule, written inside its group or beside it."""
    groups = resources(template, "AWS::EC2::SecurityGroup")
    both = []
    for direction in ("Ingress", "Egress"):
        inside = [rule for group in groups for rule in group.get(f"SecurityGroup{direction}", [])]
        both.append([*inside, *resources(template, f"AWS::EC2::SecurityGroup{direction}")])
    return both[0], both[1]


@pytest.mark.parametrize("name", NETWORKS)
def test_only_operators_enter_from_outside_the_vpc(name: str, modes: Modes) -> None:
    inbound, _ = directions(modes[name].template)
    from_outside = [(rule["CidrIp"], rule["FromPort"]) for rule in inbound if "CidrIp" in rule]
    # Dev's MLflow has no certificate.
    assert from_outside == ([(OPERATORS, 443), (OPERATORS, 80)] if name == "egress" else [])
    assert len(inbound) == len(from_outside) + len(rules(is_https=False))


@pytest.mark.parametrize("name", NETWORKS)
def test_groups_let_out_what_another_lets_in_and_what_goes_to_aws(name: str, modes: Modes) -> None:
    _, outbound = directions(modes[name].template)
    to_groups = [rule for rule in outbound if "DestinationSecurityGroupId" in rule]
    assert len(to_groups) == len(rules(is_https=False))
    lists = [rule["DestinationPrefixListId"] for rule in outbound if "DestinationPrefixListId" in rule]
    assert lists == ["pl-63a5400a"] * len(CALLERS)
    # CDK closes a group with a rule for an address that does not exist.
    blocks = {rule["CidrIp"] for rule in outbound if "CidrIp" in rule} - {"255.255.255.255/32"}
    outside = {"imported with endpoints": {"10.99.0.0/16"}, **{each: {"0.0.0.0/0"} for each in EGRESS}}
    assert blocks == outside.get(name, set())
    assert all(rule["FromPort"] == rule["ToPort"] == 443 for rule in outbound if rule.get("CidrIp") == "0.0.0.0/0")


@pytest.mark.parametrize("name", NETWORKS)
def test_what_holds_a_group_is_deleted_before_it(name: str, modes: Modes) -> None:
    template = modes[name].template
    groups = names_of(template, "AWS::EC2::SecurityGroup")
    # Rules inside groups that name one another would be a circle; beside them they refer to both and go first.
    assert not [logical_id for logical_id, group in groups.items() if list(functions(group, "Fn::GetAtt"))]
    for endpoint in resources(template, "AWS::EC2::VPCEndpoint"):
        assert all(group["Fn::GetAtt"][0] in groups for group in endpoint.get("SecurityGroupIds", []))
