"""The monthly cost budget of the environment's account."""

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from infra.config.service_config import BudgetConfig


class MonthlyBudget(Construct):
    """A monthly cost budget that sends an email at each percentage of actual cost, and at the last of forecast cost.

    CloudFormation names it, because a change of its emails replaces it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: BudgetConfig) -> None:
        super().__init__(scope, construct_id)
        properties = budgets.CfnBudget
        subscriber = properties.SubscriberProperty(address=config.email, subscription_type="EMAIL")
        last = config.alert_percent[-1]
        budgets.CfnBudget(
            self,
            "Resource",
            budget=properties.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=properties.SpendProperty(amount=config.monthly_usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                properties.NotificationWithSubscribersProperty(
                    notification=properties.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        # The last percentage is compared with the forecast, the others with actual cost.
                        notification_type="FORECASTED" if percent == last else "ACTUAL",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for percent in config.alert_percent
            ],
        )
