"""Metrics of named resources, and queries over resources that come and go."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

FIVE_MINUTES = Duration.minutes(5)


def metric(
    namespace: str, name: str, statistic: str, dimensions: Mapping[str, str], *, label: str = ""
) -> cloudwatch.Metric:
    """The metric of one resource, which its dimensions name."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        statistic=statistic,
        label=label or name,
        period=FIVE_MINUTES,
        dimensions_map=dict(dimensions),
    )


def query(
    select: str, schema: str, *, where: str = "", by: str = "", label: str = "", period: Duration = FIVE_MINUTES
) -> cloudwatch.MathExpression:
    """A Metrics Insights query: its resources need not exist yet, and none of their identifiers has to be known.

    With `by`, an alarm judges each of them apart (CloudWatch user guide, "Create a CloudWatch alarm based on a Metrics
    Insights query", read 2026-11-24).
    """
    clauses = (f" WHERE {where}" if where else "", f" GROUP BY {by}" if by else "")
    text = f"SELECT {select} FROM SCHEMA({schema}){''.join(clauses)}"  # noqa: S608 - read by CloudWatch, from literals
    return cloudwatch.MathExpression(expression=text, label=label or select, period=period)


def search(schema: str, name: str, statistic: str, *, where: str = "") -> cloudwatch.MathExpression:
    """A metric of every resource that reports it, for graphs: alarms cannot search."""
    terms = f'{{{schema}}} MetricName="{name}" {where}'.rstrip()
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{terms}', '{statistic}', 300)", label=name, period=FIVE_MINUTES
    )


def larger(label: str, metrics: Mapping[str, cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    """The largest of some metrics, for what is full when any of them is."""
    return cloudwatch.MathExpression(
        expression=f"MAX([{', '.join(metrics)}])", using_metrics=dict(metrics), label=label, period=FIVE_MINUTES
    )
