"""Whether what workloads may do by their roles is possible from where they stand."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.environments import ENVIRONMENTS
from infra.names import PlatformNames
from infra.network.endpoint_policies import Perimeter, s3_policy
from jobs.contracts.engines import Engine
from tests.stacks.conftest import Templates
from tests.stacks.templates import functions, listed, resolved, resources

#: Services that put what runs under a role into the VPC; a role that trusts another one is a step's on a cluster.
IN_THE_VPC = {
    "airflow-env.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "emr-serverless.amazonaws.com",
    "glue.amazonaws.com",
    "sagemaker.amazonaws.com",
}
#: Roles that SageMaker and Glue themselves use, outside the VPC.
OUTSIDE = {"offline", "tables"}
#: Properties that put a resource into subnets.
SUBNETS = ("DBSubnetGroupName", "Ec2SubnetIds", "SubnetIds", "Subnets")


def roles_in_the_vpc(template: dict[str, Any]) -> dict[str, str]:
    """Names of the roles of workloads by their logical id."""
    found = {}
    for logical_id, item in template["Resources"].items():
        if item["Type"] == "AWS::IAM::Role":
            trust = item["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            services = {service for statement in trust for service in listed(statement["Principal"].get("Service", []))}
            name = item["Properties"]["RoleName"]
            is_step = any("AWS" in statement["Principal"] for statement in trust)
            if (is_step or services & IN_THE_VPC) and not any(f"-{purpose}-" in name for purpose in OUTSIDE):
                found[logical_id] = name
    return found


def grants(templates: Templates) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of a workload's policies with the name of its role."""
    for template in templates.values():
        roles = roles_in_the_vpc(template)
        for policy in resources(template, "AWS::IAM::ManagedPolicy"):
            for role in (roles[reference["Ref"]] for reference in policy.get("Roles", []) if reference["Ref"] in roles):
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield role, statement


def test_the_roles_of_all_workloads_are_looked_at(dev: Templates) -> None:
    purposes = {role.removeprefix("mlops-dev-").removesuffix("-us-east-1") for role, _ in grants(dev)}
    jobs = {f"meters-{kind}" for kind in ("ingest", "serve", "train")}
    assert purposes >= {"airflow", "emr-instance", "tracking", "tracking-execution", *jobs}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_bucket_a_workload_may_use_passes_the_s3_gateway(name: str, environments: dict[str, Templates]) -> None:
    config = ENVIRONMENTS[name]
    policy = s3_policy(PlatformNames.of(config), Perimeter.of(config))
    passes = {bucket_of(arn) for statement in policy["Statement"] for arn in statement["Resource"]}
    used = {
        (role, bucket_of(arn))
        for role, grant in grants(environments[name])
        for arn in map(resolved, listed(grant["Resource"]))
        if arn.startswith("arn:aws:s3:::")
    }
    assert len(used) > 10
    assert [(role, bucket) for role, bucket in sorted(used) if bucket not in passes] == []


def bucket_of(arn: str) -> str:
    return arn.removeprefix("arn:aws:s3:::").split("/")[0]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_nothing_stands_in_the_default_group(name: str, environments: dict[str, Templates]) -> None:
    standing = {
        logical_id: item
        for template in environments[name].values()
        for logical_id, item in template["Resources"].items()
        if item["Type"] != "AWS::RDS::DBSubnetGroup" and any(list(functions(item, key)) for key in SUBNETS)
    }
    has_application = bool(ENVIRONMENTS[name].engines.jobs_on(Engine.EMR_SERVERLESS))
    assert {item["Type"] for item in standing.values()} >= {
        *("AWS::EC2::VPCEndpoint", "AWS::ECS::Service"),
        *(("AWS::EMRServerless::Application",) if has_application else ()),
        *("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::MWAA::Environment", "AWS::RDS::DBInstance"),
    }
    assert [logical_id for logical_id, item in standing.items() if "SecurityGroup" not in str(item)] == []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_engine_copies_logs_into_a_bucket_of_aws(name: str, environments: dict[str, Templates]) -> None:
    for application in resources(environments[name]["compute"], "AWS::EMRServerless::Application"):
        assert application["MonitoringConfiguration"]["ManagedPersistenceMonitoringConfiguration"] == {"Enabled": False}
    assert "appinfo.src" not in str(environments[name])
