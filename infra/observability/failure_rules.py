"""Event rules that report failures, including those of jobs that no Airflow task monitors any longer."""

from collections.abc import Sequence

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.names import PlatformNames
from infra.observability.alert_topic import TOPIC, UNDELIVERED
from infra.observability.failure_event import FailureEvent
from infra.observability.runbook import Runbook


class FailureRules(Construct):
    """One event rule per failure type; its message has resource, environment, reason, time and runbook link."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        runbook: Runbook,
        failures: Sequence[FailureEvent],
    ) -> None:
        super().__init__(scope, construct_id)
        # Imported by name, because the resource policies of topic and queue already allow all rules.
        topic = sns.Topic.from_topic_arn(self, "Topic", names.arn("sns", names.resource(TOPIC)))
        queue = sqs.Queue.from_queue_arn(self, "Undelivered", names.arn("sqs", names.resource(UNDELIVERED)))
        for failure in failures:
            message = _message(names, runbook, failure)
            target = targets.SnsTopic(topic, message=message, dead_letter_queue=queue)
            self._rule(names, runbook, failure, target)

    def _rule(self, names: PlatformNames, runbook: Runbook, failure: FailureEvent, target: events.IRuleTarget) -> None:
        events.Rule(
            self,
            failure.heading,
            rule_name=names.resource(failure.heading),
            description=runbook.describe(failure.what, failure.heading),
            event_pattern=events.EventPattern(
                source=[failure.source],
                detail_type=[failure.detail_type],
                detail=dict(failure.detail),
                resources=list(failure.resources) or None,
            ),
            targets=[target],
        )


def _message(names: PlatformNames, runbook: Runbook, failure: FailureEvent) -> events.RuleTargetInput:
    lines = (
        f"{failure.what} in {names.prefix} ({names.account}, {names.region}).",
        f"What: {events.EventField.from_path(failure.name)}",
        f"Why: {events.EventField.from_path(failure.reason)}",
        f"When: {events.EventField.time}",
        f"Runbook: {runbook.link(failure.heading)}",
    )
    return events.RuleTargetInput.from_text("\n".join(lines))
