"""The costs stack: the daily mail of cost anomalies."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.observability.cost_anomalies import CostAnomalies
from stacks.base_stack import PlatformStack


class CostsStack(PlatformStack):
    """The mail of cost anomalies, apart from alarms: an account that refuses the monitor keeps the other stacks."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "costs", config=config, description="Mail of cost anomalies")
        CostAnomalies(self, "Anomalies", names=self.names, alerts=config.alerts, email=config.budget.email)
