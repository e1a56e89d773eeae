import gzip
import json
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from checks.assembly import Assembly
from infra.config.emr_releases import GRAVITON_FAMILIES, family_of
from infra.config.engine_config import EngineConfig
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, ENVIRONMENTS, PROD
from jobs.contracts.pipeline import pipeline_names
from operations.doctor.examination import examine
from operations.doctor.quota_needs import needs
from operations.doctor.quota_table import instance_quota, vcpu_quota, vcpus
from tests.operations.doctor.accounts import CONFIG, EMULATING, PREPARED, subject
from tests.operations.doctor.stub import error

USES = {"training": "spot-training", "processing": "processing", "transform": "transform"}
#: The number of pipelines of this repository, and of their DAGs, each of which may start a cluster.
PIPELINES = len(pipeline_names())
CLUSTERS = 3 * PIPELINES


def needed(assembly: Assembly, config: PlatformConfig) -> dict[str, int]:
    """What the first run of an environment needs, by the name of the quota."""
    examined = subject(replace(assembly, config=config), PREPARED, EMULATING)
    return {need.quota.name: need.count for need in needs(examined)}


def quotas(assembly: Assembly, **answers: Any) -> list[tuple[str, str]]:
    changed = {name.replace("__", "."): answer for name, answer in answers.items()}
    obstacles = examine(subject(assembly, {**PREPARED, **changed}, EMULATING))
    return [(obstacle.what, obstacle.remedy[0]) for obstacle in obstacles]


def test_every_instance_type_of_a_synthesized_request_has_a_quota_code(assembly: Assembly) -> None:
    text = json.dumps(assembly.templates["orchestration"])
    models = re.findall(r'"platform\.(\w+)_instance_type": "([^"]+)"', text)
    # No job of dev runs on SageMaker Processing; a test below does.
    assert {use for use, _ in models} == {"training", "transform"}
    assert all(instance_quota(instance_type, USES[use]).code for use, instance_type in models)
    nodes = set(re.findall(r"InstanceType\W+([a-z0-9]+\.[a-z0-9]+)", text))
    assert nodes == {*DEV.spark.primary_types, *DEV.spark.core_types, *DEV.spark.task_types}
    assert all(vcpu_quota(node, is_spot=is_spot).code for node in nodes for is_spot in (False, True))


@pytest.mark.parametrize("config", ENVIRONMENTS.values(), ids=list(ENVIRONMENTS))
def test_every_need_of_an_environment_has_a_code(assembly: Assembly, config: PlatformConfig) -> None:
    examined = subject(replace(assembly, config=config), PREPARED, EMULATING)
    assert all(need.quota.code.startswith("L-") for need in needs(examined))
    assert all(need.count > 0 for need in needs(examined))


def test_graviton_types_have_the_vcpus_that_ec2_reports() -> None:
    packed = files("moto").joinpath("ec2/resources/instance_types.json.gz").read_bytes()
    recorded = json.loads(gzip.decompress(packed))
    offered = set().union(*GRAVITON_FAMILIES.values())
    # The pattern of the settings allows no size with a hyphen, such as metal-24xl.
    types = [name for name in recorded if family_of(name) in offered and "-" not in name]
    assert len(types) > 200
    assert {name: recorded[name]["VCpuInfo"]["DefaultVCpus"] for name in types} == {name: vcpus(name) for name in types}


def test_memory_optimized_x_types_count_against_their_own_quota() -> None:
    assert "X instances" in vcpu_quota("x8g.large", is_spot=False).name
    assert "X Spot" in vcpu_quota("x2gd.large", is_spot=True).name
    assert "Standard" in vcpu_quota("r8g.large", is_spot=False).name


def test_needs_follow_the_sizes_of_the_settings(assembly: Assembly) -> None:
    small, large = needed(assembly, CONFIG), needed(assembly, PROD)
    on_demand = "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"
    spot = "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests"
    # Transient clusters of one primary, one core and one task node for each DAG; one persistent cluster of 1 + 2 nodes
    # and the rest on Spot. An isolated network keeps them at their fixed size.
    assert (small[on_demand], small[spot]) == (CLUSTERS * 8, CLUSTERS * 4 * (CONFIG.spark.fixed_units - 1))
    assert (large[on_demand], large[spot]) == (12, 4 * (PROD.spark.fixed_units - 2))
    scaling = replace(CONFIG, network=replace(CONFIG.network, mode="egress"))
    assert needed(assembly, scaling)[spot] == CLUSTERS * 4 * (CONFIG.spark.maximum_units - 1)
    paying = replace(scaling, spark=replace(CONFIG.spark, on_demand_units=3))
    assert needed(assembly, paying)[on_demand] == CLUSTERS * (4 + 4 + 2 * 4)
    assert small["ml.m5.xlarge for spot training job usage"] == 3 * PIPELINES
    assert large["ml.m5.2xlarge for spot training job usage"] == 3 * PIPELINES
    assert (small["Fargate On-Demand vCPU resource count"], large["Fargate On-Demand vCPU resource count"]) == (3, 5)


def test_each_family_counts_against_its_own_quota(assembly: Assembly) -> None:
    mixed = replace(CONFIG, spark=replace(CONFIG.spark, core_types=("x2gd.2xlarge", "m7g.xlarge")))
    counts = needed(assembly, mixed)
    assert counts["Running On-Demand X instances"] == CLUSTERS * 8
    assert counts["Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"] == CLUSTERS * (4 + 4)


def test_jobs_on_other_engines_need_other_quotas(assembly: Assembly) -> None:
    jobs = dict.fromkeys(("ingest", "cleanse", "features", "dataset", "publish"), "sagemaker")
    on_sagemaker = needed(assembly, replace(CONFIG, engines=EngineConfig(jobs=jobs)))
    assert (
        on_sagemaker["ml.m5.xlarge for processing job usage"] == PIPELINES * CONFIG.engines.runtime.processing_instances
    )
    assert not any("On-Demand Standard" in name for name in on_sagemaker)


def test_the_limit_of_lambda_is_read_from_lambda(assembly: Assembly) -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"ReservedConcurrentExecutions": 4}}
    tracking = {"Resources": {"Function": function}}
    reserving = replace(assembly, templates={**assembly.templates, "tracking": tracking})
    limit = {"AccountLimit": {"ConcurrentExecutions": 10}}
    (what, command), *_ = quotas(reserving, lambda__GetAccountSettings=limit)
    assert what.startswith('quota "Concurrent executions" is 10; needed are 104: 4 are reserved')
    assert command.endswith("--service-code lambda --quota-code L-B99A9384 --desired-value 104")
    assert quotas(assembly, lambda__GetAccountSettings=limit) == []


def test_resources_that_exist_count_against_a_quota(assembly: Assembly) -> None:
    vpcs = [{"VpcId": f"vpc-{number}"} for number in range(5)]
    ((what, command),) = quotas(assembly, ec2__DescribeVpcs={"Vpcs": vpcs})
    assert what == 'quota "VPCs per Region" is 5; needed are 6: 1 of this environment and 5 that exist'
    assert command == (
        "aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6"
    )


def test_a_quota_that_was_never_changed_has_the_default(assembly: Assembly) -> None:
    answers = {
        "service_quotas__GetServiceQuota": error("NoSuchResourceException"),
        "service_quotas__GetAWSDefaultServiceQuota": {"Quota": {"Value": 1000.0}},
    }
    renamed = {name.replace("service_quotas__", "service-quotas__"): answer for name, answer in answers.items()}
    assert quotas(assembly, **renamed) == []


def test_a_type_that_the_table_lacks_is_looked_up_by_name(assembly: Assembly) -> None:
    config = replace(CONFIG, sagemaker=replace(CONFIG.sagemaker, transform_instance_type="ml.z9i.large"))
    other = replace(assembly, config=config)
    assert instance_quota("ml.z9i.large", "transform").code == ""
    listed = {"Quotas": [{"QuotaName": "ml.z9i.large for transform job usage", "QuotaCode": "L-NEW", "Value": 0.0}]}
    ((what, command),) = quotas(other, **{"service-quotas__ListServiceQuotas": listed})
    assert what.startswith(f'quota "ml.z9i.large for transform job usage" is 0; needed are {PIPELINES}')
    assert "--quota-code L-NEW" in command
    ((_, unknown),) = quotas(other, **{"service-quotas__ListServiceQuotas": {"Quotas": []}})
    assert "choose another instance type" in unknown


def test_a_region_without_a_quota_does_not_hide_the_others(assembly: Assembly) -> None:
    def answer(params: dict[str, Any]) -> dict[str, Any]:
        return error("NoSuchResourceException") if params["QuotaCode"] == "L-236AE59F" else {"Quota": {"Value": 0.0}}

    answers = {"service-quotas__GetServiceQuota": answer, "service-quotas__GetAWSDefaultServiceQuota": answer}
    found = quotas(assembly, **answers)
    assert any("ml.m5.large for transform" in what and "another instance type" in command for what, command in found)
    assert len(found) > 8
