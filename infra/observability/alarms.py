"""The numbers that wake somebody: one alarm per failure an operator can act on."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.names import PlatformNames
from infra.observability.runbook import Runbook
from infra.observability.section import Symptom

_LESS = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_MORE = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD


class Alarms(Construct):
    """An alarm for each symptom, to one topic, each naming its heading in the runbook."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        runbook: Runbook,
        topic: sns.ITopic,
        symptoms: Sequence[Symptom],
    ) -> None:
        super().__init__(scope, construct_id)
        self.alarms = [self._alarm(names, runbook, topic, symptom) for symptom in symptoms]

    def _alarm(self, names: PlatformNames, runbook: Runbook, topic: sns.ITopic, symptom: Symptom) -> cloudwatch.Alarm:
        missing = cloudwatch.TreatMissingData
        alarm = cloudwatch.Alarm(
            self,
            symptom.heading,
            alarm_name=names.resource(symptom.heading),
            alarm_description=runbook.told(symptom.what, symptom.heading),
            actions_enabled=True,
            metric=symptom.metric,
            threshold=symptom.threshold,
            comparison_operator=_MORE if symptom.below is None else _LESS,
            evaluation_periods=symptom.periods,
            treat_missing_data=missing.BREACHING if symptom.is_silence_bad else missing.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
        return alarm
