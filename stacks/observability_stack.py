"""Observability: dashboard, alarms, failed jobs, budget."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.observability.alarms import Alarms
from infra.observability.alert_topic import AlertTopic
from infra.observability.dashboard import PlatformDashboard
from infra.observability.failure_rules import FailureRules
from infra.observability.monthly_budget import MonthlyBudget
from infra.observability.symptoms import airflow_symptoms, cluster_symptoms, database_symptoms, tracking_symptoms
from stacks.base_stack import PlatformStack
from stacks.compute_stack import ComputeStack
from stacks.tracking_stack import TrackingStack


class ObservabilityStack(PlatformStack):
    """What an operator looks at, and what calls them."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: PlatformConfig,
        tracking: TrackingStack,
        compute: ComputeStack,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, "observability", config=config, description="Dashboard, alarms, events and budget")
        names = self.names
        imported = kms.Key.from_key_arn(self, "Key", key.key_arn)
        topic = AlertTopic(self, "Alerts", names=names, key=imported, email=config.budget.email).topic
        symptoms = [
            *airflow_symptoms(names),
            *tracking_symptoms(names, tracking.server.balancer),
            *database_symptoms(names, config.tracking.database_gb),
            *(cluster_symptoms(compute.cluster_id) if compute.cluster_id else ()),
        ]
        alarms = Alarms(self, "Alarms", names=names, topic=topic, symptoms=symptoms).alarms
        FailureRules(self, "Failures", names=names, topic=topic)
        PlatformDashboard(self, "Dashboard", names=names, symptoms=symptoms, alarms=alarms)
        MonthlyBudget(self, "Budget", names=names, config=config.budget)
