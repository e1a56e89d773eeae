"""The dashboard section of SageMaker jobs; their failures are reported by event rules, not by alarms."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.names import PlatformNames
from infra.observability.metrics import metric, search
from infra.observability.section import Graph, Section

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
            Graph(title=f"{job} jobs: CPU and memory, %", left=_load(f'"/aws/sagemaker/{job}Jobs", Host'))
            for job in ("Training", "Transform")
        ),
    )


def _load(schema: str) -> Sequence[cloudwatch.IMetric]:
    return [search(schema, name, "Average") for name in ("CPUUtilization", "MemoryUtilization")]
