"""The numbers that wake somebody: one alarm per failure an operator can act on."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.names import PlatformNames
from infra.observability.alert_topic import runbook_link

_LESS = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_MORE = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """A metric and the value at which it becomes somebody's business; `heading` is the runbook's."""

    heading: str
    what: str
    metric: cloudwatch.IMetric
    at_least: float | None = None
    below: float | None = None
    periods: int = 1
    is_silence_bad: bool = False


class Alarms(Construct):
    """An alarm for each symptom, to one topic, each naming its heading in the runbook."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        topic: sns.ITopic,
        symptoms: Sequence[Symptom],
    ) -> None:
        super().__init__(scope, construct_id)
        self.alarms = [self._alarm(names, topic, symptom) for symptom in symptoms]

    def _alarm(self, names: PlatformNames, topic: sns.ITopic, symptom: Symptom) -> cloudwatch.Alarm:
        limits = (symptom.at_least, symptom.below)
        threshold = next(limit for limit in limits if limit is not None)
        missing = cloudwatch.TreatMissingData
        alarm = cloudwatch.Alarm(
            self,
            symptom.heading,
            alarm_name=names.resource(symptom.heading),
            alarm_description=runbook_link(symptom.what, symptom.heading),
            metric=symptom.metric,
            threshold=threshold,
            comparison_operator=_MORE if symptom.below is None else _LESS,
            evaluation_periods=symptom.periods,
            treat_missing_data=missing.BREACHING if symptom.is_silence_bad else missing.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
        return alarm
