"""The observability stack: dashboard, alarms, failure events, saved queries and budget."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.jobs.job_failures import job_failures
from infra.observability.alarms import Alarms
from infra.observability.alert_topic import TOPIC, AlertTopic, UndeliveredEvents
from infra.observability.dashboard import PlatformDashboard
from infra.observability.failure_rules import FailureRules
from infra.observability.log_counts import LogCounts
from infra.observability.monthly_budget import MonthlyBudget
from infra.observability.operation_alarms import operation_section
from infra.observability.runbook import Runbook
from infra.observability.saved_queries import SavedQueries
from infra.observability.section import Section
from infra.observability.service_failures import service_failures
from infra.orchestration.alarms import airflow_section
from infra.security.keys import DataClass
from infra.spark.alarms import spark_section
from infra.tracking.alarms import tracking_section
from infra.tracking.database_alarms import database_section
from infra.tracking.database_events import DatabaseEvents
from infra.training.alarms import models_section
from jobs.contracts.engines import Engine
from stacks.base_stack import PlatformStack


class ObservabilityStack(PlatformStack):
    """The dashboard, the alarms and the notifications of an environment."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "observability", config=config, description="Dashboard, alarms, events and budget")
        names, key, email = self.names, self.key(DataClass.ALERTS), config.budget.email
        runbook, sections = Runbook.of(config.delivery), self._sections()
        alerts = AlertTopic(self, "Alerts", names=names, key=key, email=email)
        undelivered = UndeliveredEvents(self, "Undelivered", names=names, key=key)
        alarms = Alarms(
            self,
            "Alarms",
            names=names,
            runbook=runbook,
            topic=alerts.topic,
            alarms=[alarm for section in sections for alarm in section.alarms],
        )
        # A new alarm reports its first state too; without a subscriber, no email is sent.
        alerts.subscription.node.add_dependency(alarms)
        failures = (*job_failures(names), *service_failures(names))
        rules = FailureRules(self, "Failures", names=names, runbook=runbook, failures=failures)
        rules.node.add_dependency(alerts, undelivered)
        DatabaseEvents(self, "DatabaseEvents", names=names, topic=alerts.topic).node.add_dependency(alerts)
        LogCounts(self, "LogCounts", names=names)
        SavedQueries(self, "Queries", names=names)
        PlatformDashboard(self, "Dashboard", names=names, runbook=runbook, sections=sections, alarms=alarms.alarms)
        MonthlyBudget(self, "Budget", config=config.budget)

    def _sections(self) -> Sequence[Section]:
        names, config, alerts = self.names, self.config, self.config.alerts
        serverless = config.serverless if config.engines.jobs_on(Engine.EMR_SERVERLESS) else None
        balancer, targets = self.received("tracking/balancer"), self.received("tracking/targets")
        return (
            airflow_section(names, alerts),
            tracking_section(names, alerts, balancer=balancer, targets=targets),
            database_section(names, alerts, config.tracking),
            spark_section(names, alerts, cluster=config.spark, serverless=serverless),
            models_section(names),
            operation_section(names, alerts, topic=names.resource(TOPIC)),
        )
