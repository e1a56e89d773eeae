"""The recipients of what alarms, failure events and the budget send."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from infra.config.email import is_placeholder
from infra.observability.alert_topic import TOPIC
from operations.doctor.obstacle import OPERATION, Obstacle
from operations.doctor.subject import Subject


def notification_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for a placeholder address, and for a subscription that is not confirmed."""
    address = subject.config.budget.email
    if is_placeholder(address):
        yield Obstacle(
            stage="observability",
            what=f"notifications go to {address}, a placeholder",
            why="no one is notified of alarms, failed jobs and costs",
            remedy=[f"export PLATFORM_{subject.config.environment.upper()}_EMAIL=<your address>"],
        )
    topic = subject.names.arn("sns", subject.names.resource(TOPIC))
    for subscription in _subscriptions(subject, topic):
        if subscription["SubscriptionArn"] == "PendingConfirmation":
            endpoint = subscription["Endpoint"]
            yield Obstacle(
                stage=OPERATION,
                what=f"{endpoint} has not confirmed its subscription to {subject.names.resource(TOPIC)}",
                why="Amazon SNS sends it nothing, and deletes the subscription after two days",
                remedy=[
                    f"aws sns subscribe --topic-arn {topic} --protocol {subscription['Protocol']} "
                    f"--notification-endpoint {endpoint}    # sends the mail again; open the link in it"
                ],
            )


def _subscriptions(subject: Subject, topic: str) -> list[dict[str, str]]:
    try:
        return subject.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NotFound", "NotFoundException"}:
            raise
        return []
