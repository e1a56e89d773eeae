"""Whether workloads in the VPC reach the services that their roles allow, in every network mode."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.assembly import Assembly, read_assembly
from checks.environment.network_reach import MISSING, NAME, POLICY, reach_findings, services_of, workload_actions
from checks.variants import VARIANTS
from infra.config.endpoints import OPTIONAL_ENDPOINTS
from infra.environments import STAGING
from infra.names import PlatformNames


@pytest.mark.parametrize("name", VARIANTS)
def test_workloads_reach_every_service_that_their_roles_allow(name: str, variants: dict[str, Path]) -> None:
    assert [str(finding) for finding in reach_findings(read_assembly(variants[name], VARIANTS[name]))] == []


@pytest.fixture(scope="module")
def isolated(variants: dict[str, Path]) -> Assembly:
    return read_assembly(variants["staging"], STAGING)


def test_the_roles_of_all_workloads_are_looked_at(isolated: Assembly) -> None:
    roles = {allowed.role for allowed in workload_actions(isolated.templates, PlatformNames.of(STAGING))}
    assert roles >= {"airflow", "emr-instance", "ingest", "publish", "serve", "tracking", "tracking-execution", "train"}
    assert not roles & {"emr-service", "flow-logs", "lake-backup", "tracking-operations"}
    assert not roles & {"offline", "tables"}


def with_endpoint(assembly: Assembly, service: str, **changes: Any) -> Assembly:
    """The environment with other properties of an endpoint, or without it where no properties are given."""
    network = assembly.templates["network"]
    name = f"com.amazonaws.us-east-1.{service}"
    resources = {
        logical_id: {**item, "Properties": {**item["Properties"], **changes}} if is_changed else item
        for logical_id, item in network["Resources"].items()
        for is_changed in [item["Type"] == "AWS::EC2::VPCEndpoint" and item["Properties"]["ServiceName"] == name]
        if changes or not is_changed
    }
    return replace(assembly, templates={**assembly.templates, "network": {**network, "Resources": resources}})


def found(assembly: Assembly) -> set[tuple[str, str]]:
    return {(finding.rule, finding.what) for finding in reach_findings(assembly)}


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("glue", "ingest may call glue:GetTable"),
        ("kms", "train may call kms:Decrypt"),
        ("elasticmapreduce", "airflow may call elasticmapreduce:RunJobFlow"),
        ("emr-serverless", "airflow may call emr-serverless:StartJobRun"),
        ("sagemaker.api", "airflow may call sagemaker:CreateTrainingJob"),
        ("secretsmanager", "train may call secretsmanager:GetSecretValue"),
        ("ssm", "tracking-execution may call ssm:GetParameters"),
        ("sqs", "airflow may call sqs:SendMessage"),
        ("s3", "ingest may call s3:PutObject"),
    ],
)
def test_a_call_without_its_endpoint_is_found_where_no_other_route_exists(
    service: str, call: str, isolated: Assembly
) -> None:
    what = f"{call}, for which the network has no endpoint {service}"
    without = with_endpoint(isolated, service)
    assert (MISSING, what) in found(without)
    egress = replace(STAGING, network=replace(STAGING.network, mode="egress"))
    assert found(replace(without, config=egress)) == set()


def test_an_endpoint_without_the_name_of_its_service_is_found(isolated: Assembly) -> None:
    nameless = with_endpoint(isolated, "glue", PrivateDnsEnabled=False)
    assert found(nameless) == {(NAME, "workloads call glue by its public name")}


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("Action", ["glue:GetDatabase"]),
        ("Condition", {"StringEquals": {"aws:PrincipalAccount": "444444444444"}}),
        ("Condition", {"StringEquals": {"aws:ResourceAccount": ["444444444444"]}}),
        ("Resource", ["arn:aws:glue:eu-central-1:*:*"]),
    ],
)
def test_a_policy_that_refuses_a_caller_is_found(element: str, value: object, isolated: Assembly) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": ["glue:*"], "Resource": ["*"], element: value}
    refusing = with_endpoint(isolated, "glue", PolicyDocument={"Statement": [statement]})
    refused = {what for rule, what in found(refusing) if rule == POLICY}
    assert any("the policy refuses ingest the call glue:GetTable" in what for what in refused)


def test_a_bucket_that_the_gateway_does_not_know_is_found(isolated: Assembly) -> None:
    (gateway,) = (
        item["Properties"]["PolicyDocument"]
        for item in isolated.templates["network"]["Resources"].values()
        if item["Type"] == "AWS::EC2::VPCEndpoint" and item["Properties"]["VpcEndpointType"] == "Gateway"
    )
    own, *others = gateway["Statement"]
    without = {**own, "Resource": [arn for arn in own["Resource"] if "-raw-" not in arn]}
    refusing = with_endpoint(isolated, "s3", PolicyDocument={"Statement": [without, *others]})
    assert any("ingest the call s3:PutObject on arn:aws:s3:::mlops-staging-raw-" in what for _, what in found(refusing))


def test_an_api_of_its_own_endpoint_is_told_from_the_rest_of_its_service() -> None:
    assert services_of("sagemaker:PutRecord") == ["sagemaker.featurestore-runtime"]
    assert services_of("sagemaker:CreateModel") == ["sagemaker.api"]
    assert services_of("ecr:BatchGetImage") == ["ecr.api", "ecr.dkr"]
    assert services_of("bedrock:InvokeModel") is None


def test_an_api_without_a_known_endpoint_is_found(isolated: Assembly) -> None:
    orchestration = deepcopy(isolated.templates["orchestration"])
    (policy,) = (
        item["Properties"]["PolicyDocument"]
        for logical_id, item in orchestration["Resources"].items()
        if logical_id.startswith("AirflowJobs")
    )
    policy["Statement"].append({"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"})
    changed = replace(isolated, templates={**isolated.templates, "orchestration": orchestration})
    what = (
        "airflow may call bedrock:InvokeModel; add the endpoint of this API to checks/environment/endpoint_calls.toml"
    )
    assert found(changed) == {(MISSING, what)}


def test_no_optional_endpoint_has_a_caller_in_the_platform(variants: dict[str, Path]) -> None:
    called = {
        service
        for name, config in VARIANTS.items()
        for allowed in workload_actions(read_assembly(variants[name], config).templates, PlatformNames.of(config))
        for service in services_of(allowed.action) or ()
    }
    assert not called & set(OPTIONAL_ENDPOINTS)
