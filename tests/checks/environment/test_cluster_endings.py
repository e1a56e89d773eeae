from dataclasses import replace
from typing import Any

import pytest

from checks.assembly import Assembly
from checks.environment.cluster_endings import cluster_findings
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV

WITH_EGRESS = replace(DEV, network=replace(DEV.network, mode="egress"))
SCHEDULE = {"Name": "mlops-dev-idle-clusters", "ScheduleExpression": "rate(5 minutes)", "Targets": [{"Id": "function"}]}


def rules(config: PlatformConfig, **resources: tuple[str, dict[str, Any]]) -> list[str]:
    template = {"Resources": {key: {"Type": kind, "Properties": given} for key, (kind, given) in resources.items()}}
    assembly = Assembly(config=config, templates={"any": template}, images={})
    return [finding.rule for finding in cluster_findings(assembly)]


def airflow(mode: str, flow: Any = "{}") -> tuple[str, dict[str, Any]]:
    options = {"platform.emr_mode": mode, "platform.emr_job_flow": flow}
    return "AWS::MWAA::Environment", {"AirflowConfigurationOptions": options}


def test_policies_that_need_the_internet_are_found_in_clusters_and_in_requests_of_dags() -> None:
    cluster: tuple[str, dict[str, Any]] = ("AWS::EMR::Cluster", {"ManagedScalingPolicy": {}})
    flow = {"Fn::Join": ["", ['{"AutoTerminationPolicy":', {"Ref": "Any"}]]}
    assert rules(DEV, Cluster=cluster, Airflow=airflow("persistent", flow)) == ["EMRPolicyUnreachable"] * 2
    assert rules(WITH_EGRESS, Cluster=cluster, Airflow=airflow("transient", flow)) == []


@pytest.mark.parametrize("broken", [{"Name": "other"}, {"Targets": []}, {"State": "DISABLED"}])
def test_transient_clusters_need_the_schedule_that_ends_them(broken: dict[str, Any]) -> None:
    assert rules(DEV, Airflow=airflow("persistent")) == []
    assert rules(DEV, Airflow=airflow("transient")) == ["EMRIdleClustersEnd"]
    assert rules(DEV, Airflow=airflow("transient"), Rule=("AWS::Events::Rule", SCHEDULE)) == []
    changed = ("AWS::Events::Rule", SCHEDULE | broken)
    assert rules(DEV, Airflow=airflow("transient"), Rule=changed) == ["EMRIdleClustersEnd"]
