"""Named log groups with a retention period."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

_NAMES = {1: "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS", 30: "ONE_MONTH",
          60: "TWO_MONTHS", 90: "THREE_MONTHS", 120: "FOUR_MONTHS", 150: "FIVE_MONTHS", 180: "SIX_MONTHS",
          365: "ONE_YEAR", 400: "THIRTEEN_MONTHS", 545: "EIGHTEEN_MONTHS", 731: "TWO_YEARS"}  # fmt: skip


def log_group(
    scope: Construct, construct_id: str, *, name: str, days: int, key: kms.IKey | None = None
) -> logs.LogGroup:
    """A log group that keeps events for `days` and is deleted with its stack; `key` encrypts it if given."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=logs.RetentionDays[_NAMES[days]],
        encryption_key=key,
        removal_policy=RemovalPolicy.DESTROY,
    )
