"""Alarms and graphs of MLflow: load balancer, tasks, firewall."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames
from infra.observability.metrics import FIVE_MINUTES, larger, metric
from infra.observability.section import Graph, MetricAlarm, Section


class _Metrics:
    """The metrics of one tracking server; `balancer` and `targets` are full names, as in CloudWatch dimensions.

    Names: CloudWatch metrics of aws-cdk-lib 2.275.0 (elasticloadbalancingv2, ecs); task counts: ECS Container Insights
    metrics, CloudWatch user guide; firewall: WAF developer guide, "AWS WAF metrics and dimensions"; read 2026-11-24.
    """

    def __init__(self, names: PlatformNames, balancer: str, targets: str) -> None:
        name = names.resource("tracking")
        service = {"ClusterName": name, "ServiceName": name}
        self._balancer, self._targets = {"LoadBalancer": balancer}, {"LoadBalancer": balancer, "TargetGroup": targets}
        self.requests = self.balanced("RequestCount", "Sum")
        self.refused = self.balanced("HTTPCode_Target_4XX_Count", "Sum")
        self.errors = self.balanced("HTTPCode_Target_5XX_Count", "Sum")
        self.balancer_errors = self.balanced("HTTPCode_ELB_5XX_Count", "Sum")
        self.rejected = self.balanced("RejectedConnectionCount", "Sum")
        firewall = {"WebACL": name, "Region": names.region, "Rule": "ALL"}
        self.blocked = metric("AWS/WAFV2", "BlockedRequests", "Sum", firewall)
        self.median, self.slowest = (self.balanced("TargetResponseTime", share, share) for share in ("p50", "p99"))
        self.healthy = metric("AWS/ApplicationELB", "HealthyHostCount", "Minimum", self._targets)
        self.unhealthy = metric("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", self._targets)
        cpu = metric("AWS/ECS", "CPUUtilization", "Average", service)
        memory = metric("AWS/ECS", "MemoryUtilization", "Average", service)
        self.load = larger("CPU or memory %", {"cpu": cpu, "memory": memory})
        self.running = metric("ECS/ContainerInsights", "RunningTaskCount", "Minimum", service)
        self.desired = metric("ECS/ContainerInsights", "DesiredTaskCount", "Minimum", service)

    def balanced(self, name: str, statistic: str, label: str = "") -> cloudwatch.Metric:
        """A metric of the whole load balancer."""
        return metric("AWS/ApplicationELB", name, statistic, self._balancer, label=label)

    @property
    def missing(self) -> cloudwatch.MathExpression:
        """The number of desired tasks that are not running."""
        using = {"desired": self.desired, "running": self.running}
        return cloudwatch.MathExpression(
            expression="desired - running", using_metrics=using, label="missing", period=FIVE_MINUTES
        )


def tracking_section(names: PlatformNames, alerts: AlertConfig, *, balancer: str, targets: str) -> Section:
    """MLflow: errors, latency, task health and load."""
    metrics = _Metrics(names, balancer, targets)
    return Section(
        title="MLflow",
        headline=metrics.healthy,
        alarms=(*_answer_alarms(metrics, alerts), *_service_alarms(metrics, alerts)),
        graphs=_graphs(metrics),
    )


def _graphs(metrics: _Metrics) -> Sequence[Graph]:
    return (
        Graph(
            title="Requests; refused with 4xx, blocked",
            left=[metrics.requests],
            right=[metrics.refused, metrics.blocked],
        ),
        Graph(
            title="Errors: MLflow, balancer, rejected",
            left=[metrics.errors, metrics.balancer_errors, metrics.rejected],
            limits=["tracking-errors"],
        ),
        Graph(title="Seconds to answer", left=[metrics.median, metrics.slowest], limits=["tracking-slow"]),
        Graph(
            title="Tasks wanted, running, healthy, unhealthy; % full",
            left=[metrics.desired, metrics.running, metrics.healthy, metrics.unhealthy],
            right=[metrics.load],
            limits=["tracking-down"],
        ),
    )


def _answer_alarms(metrics: _Metrics, alerts: AlertConfig) -> Sequence[MetricAlarm]:
    return (
        MetricAlarm("tracking-errors",
                    "MLflow answered with errors {limit} times in 5 minutes: jobs may lose metrics",
                    metrics.errors, at_least=5),
        MetricAlarm("tracking-balancer-errors",
                    "MLflow's load balancer itself answered with errors {limit} times in 5 minutes",
                    metrics.balancer_errors, at_least=5),
        MetricAlarm("tracking-slow",
                    f"One request to MLflow in a hundred has taken {alerts.tracking_seconds} seconds for 15 minutes",
                    metrics.slowest, at_least=alerts.tracking_seconds, periods=3),
        MetricAlarm("tracking-rejected", "MLflow's load balancer rejected connections: it has reached its maximum",
                    metrics.rejected, at_least=1),
        MetricAlarm("tracking-blocked",
                    "The firewall blocked {limit} requests to MLflow in 5 minutes: "
                    "an attack, or a job taken for one",
                    metrics.blocked, at_least=20),
    )  # fmt: skip


def _service_alarms(metrics: _Metrics, alerts: AlertConfig) -> Sequence[MetricAlarm]:
    return (
        MetricAlarm("tracking-down", "No MLflow task is healthy: jobs that track their work will fail",
                    metrics.healthy, below=1, periods=2, missing_is_breaching=True),
        MetricAlarm("tracking-unhealthy", "An MLflow task has failed its health check for 15 minutes",
                    metrics.unhealthy, at_least=1, periods=3),
        MetricAlarm("tracking-tasks-missing", "Fewer MLflow tasks than wanted have run for 15 minutes",
                    metrics.missing, at_least=1, periods=3),
        MetricAlarm("tracking-full",
                    f"MLflow's tasks have used {alerts.saturation_percent} % of their CPU or memory for 30 minutes",
                    metrics.load, at_least=alerts.saturation_percent, periods=6),
    )  # fmt: skip
