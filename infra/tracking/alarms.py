"""What is seen of MLflow: its load balancer, its tasks, its log."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames
from infra.observability.metrics import FIVE_MINUTES, larger, metric
from infra.observability.section import Graph, Section, Symptom


class _Metrics:
    """The metrics of one tracking server; balancer and targets are full names as metrics spell them.

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
        """Tasks that should run and do not."""
        using = {"desired": self.desired, "running": self.running}
        return cloudwatch.MathExpression(
            expression="desired - running", using_metrics=using, label="missing", period=FIVE_MINUTES
        )


def tracking_section(names: PlatformNames, alerts: AlertConfig, *, balancer: str, targets: str) -> Section:
    """MLflow: does it answer, how fast, and does it have the tasks it should?"""
    seen = _Metrics(names, balancer, targets)
    return Section(
        title="MLflow",
        vital=seen.healthy,
        symptoms=(*_answer_symptoms(seen, alerts), *_service_symptoms(seen, alerts)),
        graphs=_graphs(seen),
    )


def _graphs(seen: _Metrics) -> Sequence[Graph]:
    return (
        Graph(title="Requests; refused with 4xx, blocked", left=[seen.requests], right=[seen.refused, seen.blocked]),
        Graph(
            title="Errors: MLflow, balancer, rejected",
            left=[seen.errors, seen.balancer_errors, seen.rejected],
            limits=["tracking-errors"],
        ),
        Graph(title="Seconds to answer", left=[seen.median, seen.slowest], limits=["tracking-slow"]),
        Graph(
            title="Tasks wanted, running, healthy, unhealthy; % full",
            left=[seen.desired, seen.running, seen.healthy, seen.unhealthy],
            right=[seen.load],
            limits=["tracking-down"],
        ),
    )


def _answer_symptoms(seen: _Metrics, alerts: AlertConfig) -> Sequence[Symptom]:
    return (
        Symptom(
            heading="tracking-errors",
            what="MLflow answered with errors at least 5 times in 5 minutes: jobs may lose metrics",
            metric=seen.errors,
            at_least=5,
        ),
        Symptom(
            heading="tracking-balancer-errors",
            what="MLflow's load balancer itself answered with errors at least 5 times in 5 minutes",
            metric=seen.balancer_errors,
            at_least=5,
        ),
        Symptom(
            heading="tracking-slow",
            what=f"One request to MLflow in a hundred has taken {alerts.tracking_seconds} seconds for 15 minutes",
            metric=seen.slowest,
            at_least=alerts.tracking_seconds,
            periods=3,
        ),
        Symptom(
            heading="tracking-rejected",
            what="MLflow's load balancer rejected connections: it has reached its maximum",
            metric=seen.rejected,
            at_least=1,
        ),
        Symptom(
            heading="tracking-blocked",
            what="The firewall blocked at least 20 requests to MLflow in 5 minutes: an attack, or a job taken for one",
            metric=seen.blocked,
            at_least=20,
        ),
    )


def _service_symptoms(seen: _Metrics, alerts: AlertConfig) -> Sequence[Symptom]:
    return (
        Symptom(
            heading="tracking-down",
            what="No MLflow task is healthy: jobs that track their work will fail",
            metric=seen.healthy,
            below=1,
            periods=2,
            is_silence_bad=True,
        ),
        Symptom(
            heading="tracking-unhealthy",
            what="An MLflow task has failed its health check for 15 minutes",
            metric=seen.unhealthy,
            at_least=1,
            periods=3,
        ),
        Symptom(
            heading="tracking-tasks-missing",
            what="Fewer MLflow tasks than wanted have run for 15 minutes",
            metric=seen.missing,
            at_least=1,
            periods=3,
        ),
        Symptom(
            heading="tracking-full",
            what=f"MLflow's tasks have used {alerts.saturation_percent} % of their CPU or memory for 30 minutes",
            metric=seen.load,
            at_least=alerts.saturation_percent,
            periods=6,
        ),
    )
