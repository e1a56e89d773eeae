"""What is seen of models: endpoints, SageMaker's jobs, and what the monitoring job says of data and predictions."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames
from infra.observability.metrics import query, search
from infra.observability.section import Graph, Section, Symptom
from jobs.contracts.metrics import PIPELINE, PipelineMetric, metric_namespace

# Names: CloudWatch metrics of aws-cdk-lib 2.275.0 (sagemaker); instance metrics: SageMaker developer guide, "Amazon
# SageMaker AI metrics in Amazon CloudWatch", read 2026-11-24. One account holds one environment, so a query over all
# endpoints is a query over its endpoints, those of future pipelines included.
_CALLS = '"AWS/SageMaker", EndpointName, VariantName'
_INSTANCES = '"/aws/sagemaker/Endpoints", EndpointName, VariantName'

_CHECKS_AN_HOUR = 12

#: An endpoint that answers nothing but health checks stays below this share of one CPU.
_IDLE_CPU_PERCENT = 2


def models_section(names: PlatformNames, alerts: AlertConfig) -> Section:
    """Models: do endpoints answer, do jobs run, do data and predictions still look as they did in training?"""
    pipelines = f'"{metric_namespace(names.environment)}", {PIPELINE}'
    idle = () if alerts.idle_endpoint_hours is None else (_idle_symptom(alerts.idle_endpoint_hours),)
    return Section(
        title="Models",
        vital=query(f"MAX({PipelineMetric.FEATURE_DRIFT})", pipelines, label="Largest feature drift"),
        symptoms=(*_data_symptoms(pipelines, alerts), *_endpoint_symptoms(alerts), *idle),
        graphs=(*_data_graphs(pipelines), *_endpoint_graphs(), *_job_graphs()),
    )


def _data_graphs(pipelines: str) -> Sequence[Graph]:
    return (
        Graph(
            title="Drift of features, of predictions",
            left=[
                search(pipelines, PipelineMetric.FEATURE_DRIFT, "Maximum"),
                search(pipelines, PipelineMetric.PREDICTION_DRIFT, "Maximum"),
            ],
            limits=["feature-drift"],
        ),
        Graph(
            title="Stale tables, missed goals",
            left=[
                search(pipelines, PipelineMetric.STALE_TABLES, "Maximum"),
                search(pipelines, PipelineMetric.MISSED_GOALS, "Maximum"),
            ],
            limits=["data-stale"],
        ),
        Graph(
            title="Rows judged",
            left=[search(pipelines, PipelineMetric.JUDGED_ROWS, "Sum")],
            limits=["nothing-to-judge"],
        ),
    )


def _endpoint_graphs() -> Sequence[Graph]:
    return (
        Graph(
            title="Endpoints: calls, errors",
            left=[search(_CALLS, "Invocation5XXErrors", "Sum")],
            right=[search(_CALLS, "Invocations", "Sum")],
            limits=["endpoint-errors"],
        ),
        Graph(
            title="Endpoints: microseconds, average",
            left=[search(_CALLS, "ModelLatency", "Average")],
            limits=["endpoint-slow"],
        ),
        Graph(title="Endpoints: CPU and memory, %", left=_load(_INSTANCES)),
    )


def _job_graphs() -> Sequence[Graph]:
    return tuple(
        Graph(title=f"{kind} jobs: CPU and memory, %", left=_load(f'"/aws/sagemaker/{kind}Jobs", Host'))
        for kind in ("Training", "Transform")
    )


def _load(schema: str) -> Sequence[cloudwatch.IMetric]:
    return [search(schema, name, "Average") for name in ("CPUUtilization", "MemoryUtilization")]


def _data_symptoms(pipelines: str, alerts: AlertConfig) -> Sequence[Symptom]:
    """Silence is no symptom here: a batch is judged when it comes, and a job that fails is reported as such."""
    drift = alerts.drift_percent / 100
    return (
        Symptom(
            heading="nothing-to-judge",
            what="The monitoring job of a pipeline found no rows",
            metric=query(f"MIN({PipelineMetric.JUDGED_ROWS})", pipelines, by=PIPELINE),
            below=1,
        ),
        Symptom(
            heading="data-stale",
            what="A table is older than its contract allows",
            metric=query(f"MAX({PipelineMetric.STALE_TABLES})", pipelines, by=PIPELINE),
            at_least=1,
        ),
        Symptom(
            heading="feature-drift",
            what=f"A feature has drifted from training data by {drift}",
            metric=query(f"MAX({PipelineMetric.FEATURE_DRIFT})", pipelines, by=PIPELINE),
            at_least=drift,
        ),
        Symptom(
            heading="prediction-drift",
            what=f"Predictions have drifted from those on test data by {drift}",
            metric=query(f"MAX({PipelineMetric.PREDICTION_DRIFT})", pipelines, by=PIPELINE),
            at_least=drift,
        ),
        Symptom(
            heading="goals-missed",
            what="The serving model misses a business goal",
            metric=query(f"MAX({PipelineMetric.MISSED_GOALS})", pipelines, by=PIPELINE),
            at_least=1,
        ),
    )


def _endpoint_symptoms(alerts: AlertConfig) -> Sequence[Symptom]:
    milliseconds = alerts.endpoint_milliseconds
    return (
        Symptom(
            heading="endpoint-errors",
            what="An endpoint answered with errors at least 5 times in 5 minutes",
            metric=query("SUM(Invocation5XXErrors)", _CALLS, by="EndpointName"),
            at_least=5,
        ),
        Symptom(
            heading="endpoint-slow",
            what=f"A model has taken {milliseconds} ms on average to answer for 15 minutes",
            metric=query("AVG(ModelLatency)", _CALLS, by="EndpointName"),
            at_least=milliseconds * 1000,
            periods=3,
        ),
    )


def _idle_symptom(hours: int) -> Symptom:
    return Symptom(
        heading="endpoint-idle",
        what=f"An endpoint has had no work for {hours} hours and costs money",
        metric=query("MAX(CPUUtilization)", _INSTANCES, by="EndpointName"),
        below=_IDLE_CPU_PERCENT,
        periods=hours * _CHECKS_AN_HOUR,
    )
