"""AWS Cost Anomaly Detection."""

import json

from aws_cdk import aws_ce as ce
from constructs import Construct

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames

_IMPACT = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"


class CostAnomalies(Construct):
    """A daily email about cost anomalies, from the account's monitor of all services.

    An account can have only one monitor of this dimension (Billing and Cost Management user guide, "Getting started
    with AWS Cost Anomaly Detection", monitor types, read 2026-11-24). CloudFormation reports a second one as "null
    (AlreadyExists)" (aws-cloudformation/cloudformation-coverage-roadmap#2515, 2026-05).
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, alerts: AlertConfig, email: str
    ) -> None:
        super().__init__(scope, construct_id)
        threshold = {"Key": _IMPACT, "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": [str(alerts.anomaly_usd)]}
        ce.CfnAnomalySubscription(
            self,
            "Resource",
            subscription_name=names.prefix,
            frequency="DAILY",
            monitor_arn_list=[alerts.anomaly_monitor or self._monitor(names)],
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(address=email, type="EMAIL")],
            threshold_expression=json.dumps({"Dimensions": threshold}),
        )

    def _monitor(self, names: PlatformNames) -> str:
        monitor = ce.CfnAnomalyMonitor(
            self, "Monitor", monitor_name=names.prefix, monitor_type="DIMENSIONAL", monitor_dimension="SERVICE"
        )
        return monitor.attr_monitor_arn
