"""CloudWatch metrics of named resources, and queries over resources whose identifiers are not known in advance."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

FIVE_MINUTES = Duration.minutes(5)


def metric(
    namespace: str, name: str, statistic: str, dimensions: Mapping[str, str], *, label: str = ""
) -> cloudwatch.Metric:
    """The metric of one resource, identified by its dimensions, over five minutes."""
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
    """A Metrics Insights query, which matches resources that are created later.

    With `by`, an alarm evaluates each value of that dimension separately (CloudWatch user guide, "Create a CloudWatch
    alarm based on a Metrics Insights query", read 2026-11-24).
    """
    clauses = (f" WHERE {where}" if where else "", f" GROUP BY {by}" if by else "")
    text = f"SELECT {select} FROM SCHEMA({schema}){''.join(clauses)}"  # noqa: S608 - read by CloudWatch, from literals
    return cloudwatch.MathExpression(expression=text, label=label or select, period=period)


def search(schema: str, name: str, statistic: str, *, where: str = "") -> cloudwatch.MathExpression:
    """A search for a metric of every resource that reports it; graphs support it, alarms do not."""
    terms = f'{{{schema}}} MetricName="{name}" {where}'.rstrip()
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{terms}', '{statistic}', 300)", label=name, period=FIVE_MINUTES
    )


def larger(label: str, metrics: Mapping[str, cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    """The maximum of several metrics."""
    return cloudwatch.MathExpression(
        expression=f"MAX([{', '.join(metrics)}])", using_metrics=dict(metrics), label=label, period=FIVE_MINUTES
    )
