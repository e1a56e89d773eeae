import copy
from dataclasses import replace
from typing import Any

from checks.assembly import Assembly
from checks.environment.tracking_host import tracking_host_findings
from checks.permissions.policies import Template
from checks.variants import VARIANTS
from infra.config.platform_config import PlatformConfig

CONFIG = VARIANTS["private-ca"]
ARN = str(CONFIG.tracking.certificate_arn)
HOST, VPC = CONFIG.tracking.host, {"Ref": "VpcParameter"}
ALIAS = {
    "DNSName": {"Fn::Join": ["", ["dualstack.", {"Fn::GetAtt": ["Balancer", "DNSName"]}]]},
    "HostedZoneId": {"Fn::GetAtt": ["Balancer", "CanonicalHostedZoneID"]},
}
RESOURCES = {
    "Balancer": ("ElasticLoadBalancingV2::LoadBalancer", {}),
    "Targets": ("ElasticLoadBalancingV2::TargetGroup", {"VpcId": VPC}),
    "Listener": ("ElasticLoadBalancingV2::Listener", {"Certificates": [{"CertificateArn": ARN}]}),
    "Zone": ("Route53::HostedZone", {"Name": f"{HOST}.", "VPCs": [{"VPCId": VPC, "VPCRegion": CONFIG.region}]}),
    "Record": ("Route53::RecordSet", {"Name": f"{HOST}.", "HostedZoneId": {"Ref": "Zone"}, "AliasTarget": ALIAS}),
    "Server": ("ECS::TaskDefinition", {"ContainerDefinitions": [{"Command": ["mlflow", "--allowed-hosts", HOST]}]}),
}  # fmt: skip
AIRFLOW = {"AirflowConfigurationOptions": {"platform.mlflow_tracking_uri": f"https://{HOST}"}}


def template(resources: dict[str, Any]) -> Template:
    return {
        "Resources": {name: {"Type": f"AWS::{kind}", "Properties": each} for name, (kind, each) in resources.items()}
    }


def rules(
    *, without: str = "", config: PlatformConfig = CONFIG, airflow: dict[str, Any] = AIRFLOW, **changes: Any
) -> list[str]:
    """The rules that the environment violates after changes to properties of its resources."""
    resources = {name: each for name, each in copy.deepcopy(RESOURCES).items() if name != without}
    for name, change in changes.items():
        resources[name][1].update(change)  # type: ignore[attr-defined]
    orchestration = template({"Airflow": ("MWAA::Environment", airflow)})
    assembly = Assembly(
        config=config, templates={"tracking": template(resources), "orchestration": orchestration}, images={}
    )
    return [finding.rule for finding in tracking_host_findings(assembly)]


def test_an_environment_whose_parts_agree_has_no_finding() -> None:
    assert rules() == []
    assert rules(without="Zone", Record={"HostedZoneId": "Z0123456789ABCDEFGHIJ"}) == []


def test_a_zone_is_associated_with_the_vpc_of_the_load_balancer_alone() -> None:
    association = {"VPCId": VPC, "VPCRegion": CONFIG.region}
    assert rules(Zone={"VPCs": []}) == ["HostZone"]
    assert rules(Zone={"VPCs": [{**association, "VPCId": "vpc-1"}]}) == ["HostZone"]
    assert rules(Zone={"VPCs": [{**association, "VPCRegion": "eu-west-1"}]}) == ["HostZone"]
    assert rules(Zone={"VPCs": [association, {**association, "VPCId": "vpc-1"}]}) == ["HostZone"]


def test_the_record_leads_from_the_host_to_the_load_balancer() -> None:
    assert rules(Record={"Name": "other."}) == ["HostRecord"]
    assert rules(Record={"AliasTarget": {**ALIAS, "DNSName": "other.elb.amazonaws.com"}}) == ["HostRecord"]
    assert rules(Record={"AliasTarget": {**ALIAS, "HostedZoneId": "Z1"}}) == ["HostRecord"]
    assert rules(Record={"AliasTarget": {}, "ResourceRecords": ["10.0.0.1"]}) == ["HostRecord"]


def test_the_certificate_is_one_of_the_environment() -> None:
    for other in (ARN.replace("us-east-1", "eu-west-1"), ARN.replace(CONFIG.account, "999999999999")):
        assert rules(Listener={"Certificates": [{"CertificateArn": other}]}) == ["HostCertificate"]
    assert rules(Listener={"Certificates": []}) == []


def test_server_and_clients_use_the_name_of_the_record() -> None:
    assert rules(Server={"ContainerDefinitions": [{"Command": ["mlflow", "--allowed-hosts", "other"]}]}) == [
        "HostAgreement"
    ]
    assert rules(Server={"ContainerDefinitions": [{"Command": ["migrate"]}]}) == []
    for uri in ("https://other", f"http://{HOST}"):
        airflow = {"AirflowConfigurationOptions": {"platform.mlflow_tracking_uri": uri}}
        assert rules(airflow=airflow) == ["HostAgreement"]


def test_every_part_follows_the_configured_host() -> None:
    config = replace(CONFIG, tracking=replace(CONFIG.tracking, host="mlflow.other.internal"))
    assert rules(config=config) == ["HostRecord", "HostAgreement", "HostAgreement"]
