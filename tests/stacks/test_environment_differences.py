import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.environments import DEV, ENVIRONMENTS, PROD
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import METERS
from tests.stacks.conftest import Templates
from tests.stacks.templates import only, resolved, resources

KEPT = "RetainExceptOnCreate"
STATEFUL = {
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::Glue::Table",
    "AWS::RDS::DBInstance",
    "AWS::SageMaker::FeatureGroup",
    "AWS::SageMaker::ModelPackageGroup",
}


def listeners(template: dict[str, Any]) -> list[tuple[int, str]]:
    found = resources(template, "AWS::ElasticLoadBalancingV2::Listener")
    return [(listener["Port"], listener["Protocol"]) for listener in found]


def test_every_stack_exists_in_every_environment(environments: dict[str, Templates]) -> None:
    assert {frozenset(templates) for templates in environments.values()} == {frozenset(environments["dev"])}


def test_only_production_keeps_a_cluster(environments: dict[str, Templates]) -> None:
    clusters = {
        name: len(resources(templates["compute"], "AWS::EMR::Cluster")) for name, templates in environments.items()
    }
    assert clusters == {"dev": 0, "staging": 0, "prod": 1}
    options = {
        name: only(templates["orchestration"], "AWS::MWAA::Environment")["AirflowConfigurationOptions"]
        for name, templates in environments.items()
    }
    assert [options[name]["platform.emr_mode"] for name in options] == ["transient", "transient", "persistent"]


def test_the_persistent_cluster_is_the_transient_one_under_other_names(environments: dict[str, Templates]) -> None:
    cluster = only(environments["prod"]["compute"], "AWS::EMR::Cluster")
    airflow = only(environments["prod"]["orchestration"], "AWS::MWAA::Environment")
    request = json.loads(resolved(airflow["AirflowConfigurationOptions"]["platform.emr_job_flow"]))
    fleets = {fleet.pop("InstanceFleetType"): fleet for fleet in request["Instances"]["InstanceFleets"]}
    instances = cluster["Instances"]
    assert [instances["MasterInstanceFleet"], instances["CoreInstanceFleet"]] == [fleets["MASTER"], fleets["CORE"]]
    assert instances["TaskInstanceFleets"] == [fleets["TASK"]]
    assert len(instances["Ec2SubnetIds"]) == len(request["Instances"]["Ec2SubnetIds"])
    same = ("ReleaseLabel", "ManagedScalingPolicy", "Applications", "LogUri", "JobFlowRole", "SecurityConfiguration")
    # Only a network with egress renders a scaling policy, in both.
    assert [cluster.get(key) for key in same] == [request.get(key) for key in same]
    renamed = json.dumps(cluster["Configurations"]).replace("ConfigurationProperties", "Properties")
    assert json.loads(renamed) == request["Configurations"]


def test_a_persistent_cluster_stays_until_its_stack_goes(environments: dict[str, Templates]) -> None:
    (cluster,) = (
        item for item in environments["prod"]["compute"]["Resources"].values() if item["Type"] == "AWS::EMR::Cluster"
    )
    assert "AutoTerminationPolicy" not in cluster["Properties"]
    assert "DeletionPolicy" not in cluster


def test_mlflow_answers_over_https_outside_dev(environments: dict[str, Templates]) -> None:
    found = {name: listeners(templates["tracking"]) for name, templates in environments.items()}
    assert found == {"dev": [(80, "HTTP")], "staging": [(443, "HTTPS")], "prod": [(443, "HTTPS")]}


def test_databases_outside_dev_survive_a_zone_and_a_deleted_stack(environments: dict[str, Templates]) -> None:
    found = {name: only(templates["tracking"], "AWS::RDS::DBInstance") for name, templates in environments.items()}
    assert [found[name]["MultiAZ"] for name in found] == [False, True, True]
    assert [found[name]["DeletionProtection"] for name in found] == [True, True, True]


def test_stateful_resources_outlive_their_stack(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        stateful = [
            item
            for template in templates.values()
            for item in template["Resources"].values()
            if item["Type"] in STATEFUL
        ]
        policies = {(item["DeletionPolicy"], item["UpdateReplacePolicy"]) for item in stateful}
        assert policies == {(KEPT, "Retain")}


@pytest.mark.parametrize(
    ("keep_data", "confirmed", "policy"),
    [(True, False, KEPT), (True, True, KEPT), (False, False, KEPT), (False, True, "Delete")],
)
def test_data_is_deleted_only_when_two_keys_agree(
    keep_data: bool, confirmed: bool, policy: str, tmp_path: Path
) -> None:
    retention = replace(DEV.retention, keep_data=keep_data, deletion_confirmed=confirmed)
    app = new_app(tmp_path)
    platform = add_environment(app, replace(DEV, retention=retention), [METERS])
    template = Template.from_stack(platform.data).to_json()
    assert {i["DeletionPolicy"] for i in template["Resources"].values() if i["Type"] in STATEFUL} == {policy}
    assert platform.data.termination_protection is (policy == KEPT)


def test_zones_subnets_and_addresses_follow_the_settings(environments: dict[str, Templates]) -> None:
    for name, templates in environments.items():
        network = ENVIRONMENTS[name].network
        subnets = resources(templates["network"], "AWS::EC2::Subnet")
        assert sorted(subnet["AvailabilityZoneId"] for subnet in subnets) == list(network.availability_zones)
        assert only(templates["network"], "AWS::EC2::VPC")["CidrBlock"] == network.cidr


def test_logs_end_when_the_settings_say(environments: dict[str, Templates]) -> None:
    for name, templates in environments.items():
        groups = [g for template in templates.values() for g in resources(template, "AWS::Logs::LogGroup")]
        assert {group["RetentionInDays"] for group in groups} == {ENVIRONMENTS[name].retention.log_days}


def test_budgets_follow_the_settings(environments: dict[str, Templates]) -> None:
    for name, templates in environments.items():
        budget = only(templates["observability"], "AWS::Budgets::Budget")
        wanted = ENVIRONMENTS[name].budget
        assert budget["Budget"]["BudgetLimit"] == {"Amount": wanted.monthly_usd, "Unit": "USD"}
        assert len(budget["NotificationsWithSubscribers"]) == len(wanted.alert_percent)


def test_the_airflow_class_follows_the_settings(environments: dict[str, Templates]) -> None:
    for name, templates in environments.items():
        airflow, wanted = only(templates["orchestration"], "AWS::MWAA::Environment"), ENVIRONMENTS[name].airflow
        assert (airflow["EnvironmentClass"], airflow["MaxWorkers"]) == (
            wanted.environment_class,
            wanted.maximum_workers,
        )
    assert DEV.airflow.environment_class != PROD.airflow.environment_class
