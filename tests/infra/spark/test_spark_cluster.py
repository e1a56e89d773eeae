from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from infra.environments import DEV, PROD
from infra.names import PlatformNames
from infra.spark.security_document import configuration_name
from infra.spark.spark_cluster import ClusterPlacement, job_flow, persistent_cluster

NAMES = PlatformNames.of(DEV)
KEY = "arn:aws:kms:us-east-1:111111111111:key/1"
PLACEMENT = ClusterPlacement(
    subnet_ids=["subnet-1", "subnet-2"],
    primary_security_group="sg-1",
    node_security_group="sg-2",
    service_security_group="sg-3",
    key_arn=KEY,
)
REQUEST = job_flow(DEV.spark, NAMES, PLACEMENT, has_egress=True)
ISOLATED = job_flow(DEV.spark, NAMES, PLACEMENT, has_egress=False)
_SHAPE = botocore.session.get_session().get_service_model("emr").operation_model("RunJobFlow").input_shape


def fleets(request: dict[str, Any]) -> dict[str, Any]:
    return {fleet["InstanceFleetType"]: fleet for fleet in request["Instances"]["InstanceFleets"]}


@pytest.mark.parametrize("has_egress", [True, False])
@pytest.mark.parametrize("config", [DEV, PROD], ids=lambda config: config.environment)
def test_the_request_is_one_that_emr_takes(config: Any, has_egress: bool) -> None:
    request = job_flow(config.spark, PlatformNames.of(config), PLACEMENT, has_egress=has_egress)
    assert ParamValidator().validate(request, _SHAPE).generate_report() == ""


@given(core=st.integers(1, 100), more=st.integers(0, 100), minutes=st.integers(5, 1440))
def test_every_allowed_cluster_is_a_request_that_emr_takes(core: int, more: int, minutes: int) -> None:
    cluster = replace(
        DEV.spark, core_units=core, fixed_units=core, maximum_units=core + more, spot_wait_minutes=minutes
    )
    request = job_flow(cluster, NAMES, PLACEMENT, has_egress=True)
    limits = request["ManagedScalingPolicy"]["ComputeLimits"]
    assert ParamValidator().validate(request, _SHAPE).generate_report() == ""
    assert limits["MinimumCapacityUnits"] <= limits["MaximumCapacityUnits"] == core + more
    assert fleets(request)["CORE"]["TargetOnDemandCapacity"] == core
    assert ("TASK" in fleets(request)) is (more > 0)


def test_core_is_on_demand_and_task_is_spot_with_a_fallback() -> None:
    by_type = fleets(REQUEST)
    assert "TargetSpotCapacity" not in by_type["MASTER"] | by_type["CORE"]
    spot = by_type["TASK"]["LaunchSpecifications"]["SpotSpecification"]
    assert (spot["AllocationStrategy"], spot["TimeoutAction"]) == ("price-capacity-optimized", "SWITCH_TO_ON_DEMAND")


def test_a_forgotten_cluster_ends_itself() -> None:
    assert REQUEST["AutoTerminationPolicy"] == {"IdleTimeout": DEV.spark.idle_minutes * 60}
    assert "AutoTerminationPolicy" not in ISOLATED


def test_without_egress_the_size_is_fixed() -> None:
    assert "ManagedScalingPolicy" not in ISOLATED
    assert fleets(ISOLATED)["TASK"]["TargetSpotCapacity"] == DEV.spark.fixed_units - DEV.spark.core_units
    core_only = replace(DEV.spark, fixed_units=DEV.spark.core_units)
    assert set(fleets(job_flow(core_only, NAMES, PLACEMENT, has_egress=False))) == {"MASTER", "CORE"}
    assert "TaskInstanceFleets" not in str(persistent_cluster(job_flow(core_only, NAMES, PLACEMENT, has_egress=False)))


def test_scaling_adds_on_demand_task_nodes_only_up_to_its_limit() -> None:
    limits = [
        job_flow(replace(DEV.spark, on_demand_units=units), NAMES, PLACEMENT, has_egress=True) for units in (None, 3)
    ]
    scaling = [each["ManagedScalingPolicy"]["ComputeLimits"]["MaximumOnDemandCapacityUnits"] for each in limits]
    assert scaling == [DEV.spark.core_units, 3]


def test_pipelines_that_share_a_cluster_run_side_by_side() -> None:
    shared = job_flow(replace(DEV.spark, mode="persistent"), NAMES, PLACEMENT, has_egress=True)
    assert (REQUEST["StepConcurrencyLevel"], shared["StepConcurrencyLevel"]) == (1, 4)


def test_the_cluster_is_private_tagged_logged_and_without_a_key_pair() -> None:
    assert REQUEST["Instances"]["Ec2SubnetIds"] == ["subnet-1", "subnet-2"]
    assert "Ec2KeyName" not in REQUEST["Instances"]
    assert REQUEST["LogUri"] == "s3://mlops-dev-artifacts-111111111111-us-east-1/emr-logs/"
    assert {"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"} in REQUEST["Tags"]
    assert REQUEST["JobFlowRole"] == "mlops-dev-emr-instance-us-east-1"
    assert REQUEST["SecurityConfiguration"] == configuration_name(NAMES, in_transit=False)


def test_a_cluster_names_the_security_configuration_of_its_settings() -> None:
    names = PlatformNames.of(PROD)
    request = job_flow(PROD.spark, names, PLACEMENT, has_egress=False)
    assert request["SecurityConfiguration"] == configuration_name(names, in_transit=True)


def test_jobs_run_on_the_python_they_are_written_for() -> None:
    exported = next(c for c in REQUEST["Configurations"] if c["Classification"] == "spark-env")["Configurations"][0]
    assert exported["Properties"]["PYSPARK_PYTHON"] == "/usr/bin/python3.11"


def test_a_persistent_cluster_never_ends_itself() -> None:
    cluster = persistent_cluster(REQUEST)
    assert cluster["release_label"] == REQUEST["ReleaseLabel"]
    assert "auto_termination_policy" not in cluster
    assert {"key": "transient", "value": "true"} not in cluster["tags"]
    assert {"Key": "transient", "Value": "true"} in REQUEST["Tags"]


def test_properties_of_a_classification_keep_their_names() -> None:
    exported = persistent_cluster(REQUEST)["configurations"][1]["configurations"][0]
    assert set(exported["configurationProperties"]) == {"PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"}
