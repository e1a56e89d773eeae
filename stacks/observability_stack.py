"""Observability: dashboard, alarms, failed jobs, budget."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.observability.alarms import Alarms
from infra.observability.alert_topic import AlertTopic
from infra.observability.dashboard import PlatformDashboard
from infra.observability.failure_rules import FailureRules
from infra.observability.monthly_budget import MonthlyBudget
from infra.observability.symptoms import airflow_symptoms, cluster_symptoms, database_symptoms, tracking_symptoms
from infra.security.keys import DataClass
from stacks.base_stack import PlatformStack


class ObservabilityStack(PlatformStack):
    """What an operator looks at, and what calls them."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "observability", config=config, description="Dashboard, alarms, events and budget")
        names = self.names
        topic = AlertTopic(self, "Alerts", names=names, key=self.key(DataClass.ALERTS), email=config.budget.email).topic
        symptoms = [
            *airflow_symptoms(names),
            *tracking_symptoms(names, self.received("tracking/balancer"), self.received("tracking/targets")),
            *database_symptoms(names, config.tracking.database_gb),
            *(cluster_symptoms(self.received("compute/cluster-id")) if config.spark.mode == "persistent" else ()),
        ]
        alarms = Alarms(self, "Alarms", names=names, topic=topic, symptoms=symptoms).alarms
        FailureRules(self, "Failures", names=names, topic=topic)
        PlatformDashboard(self, "Dashboard", names=names, symptoms=symptoms, alarms=alarms)
        MonthlyBudget(self, "Budget", names=names, config=config.budget)
