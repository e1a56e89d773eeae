"""CloudWatch alarms rendered from the rows that each capability declares."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.names import PlatformNames
from infra.observability.runbook import Runbook
from infra.observability.section import MetricAlarm

_LESS = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_MORE = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD


class Alarms(Construct):
    """One CloudWatch alarm per row; each notifies the topic and links to its heading in the runbook."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        runbook: Runbook,
        topic: sns.ITopic,
        alarms: Sequence[MetricAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        self.alarms = [self._alarm(names, runbook, topic, alarm) for alarm in alarms]

    def _alarm(self, names: PlatformNames, runbook: Runbook, topic: sns.ITopic, row: MetricAlarm) -> cloudwatch.Alarm:
        missing = cloudwatch.TreatMissingData
        alarm = cloudwatch.Alarm(
            self,
            row.heading,
            alarm_name=names.resource(row.heading),
            alarm_description=runbook.describe(row.text, row.heading),
            actions_enabled=True,
            metric=row.metric,
            threshold=row.threshold,
            comparison_operator=_MORE if row.below is None else _LESS,
            evaluation_periods=row.periods,
            treat_missing_data=missing.BREACHING if row.missing_is_breaching else missing.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
        return alarm
