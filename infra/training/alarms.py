"""The dashboard section of SageMaker jobs; their failures are reported by event rules, not by alarms."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.names import PlatformNames
from infra.observability.metrics import metric, search
from infra.observability.section import Graph, Section
from jobs.contracts.workload import Workload
from jobs.contracts.workloads import TRAINING_JOB, TRANSFORM_JOB

# Names of instance metrics: SageMaker developer guide, "Amazon SageMaker AI metrics in Amazon CloudWatch", read
# 2026-11-24.


def models_section(names: PlatformNames) -> Section:
    """SageMaker training and batch transform jobs: failures and load."""
    rule = {"RuleName": names.resource("training-failed")}
    return Section(
        title="Models",
        headline=metric("AWS/Events", "TriggeredRules", "Sum", rule, label="Training jobs failed"),
        alarms=(),
        graphs=tuple(
            Graph(title=f"{workload.noun.capitalize()}s: CPU and memory, %", left=_load(workload))
            for workload in (TRAINING_JOB, TRANSFORM_JOB)
        ),
    )


def _load(workload: Workload) -> Sequence[cloudwatch.IMetric]:
    schema = f'"{workload.log_group}", Host'
    return [search(schema, name, "Average") for name in ("CPUUtilization", "MemoryUtilization")]
