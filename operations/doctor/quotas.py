"""Quotas of the account that are below what the environment needs."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from operations.doctor.obstacle import FIRST_RUN, Obstacle
from operations.doctor.quota_needs import Need, needs
from operations.doctor.quota_table import Quota
from operations.doctor.subject import Subject

#: A region without the quota of an instance type does not offer the type.
_NONE = "<none: the region does not offer it; choose another instance type>"


def quota_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for each quota below the need, with the command that requests more."""
    for need in needs(subject):
        value, code = _applied(subject, need.quota)
        if value < need.count:
            yield _obstacle(need, value, code)


def _obstacle(need: Need, value: float, code: str) -> Obstacle:
    is_later = need.stage == FIRST_RUN
    return Obstacle(
        stage=need.stage,
        what=f'quota "{need.quota.name}" is {value:g}; needed are {need.count}: {need.reason}',
        why="jobs wait, or end with ResourceLimitExceeded" if is_later else "the stack ends with a limit error",
        remedy=[
            f"aws service-quotas request-service-quota-increase --service-code {need.quota.service} "
            f"--quota-code {code} --desired-value {need.count}"
        ],
    )


def _applied(subject: Subject, quota: Quota) -> tuple[float, str]:
    """Return the value that applies to the account, and the code of the quota."""
    if quota.name == "Concurrent executions":
        # Service Quotas shows the default of 1000 for new accounts, whose limit is 10.
        limits = subject.client("lambda").get_account_settings()["AccountLimit"]
        return float(limits["ConcurrentExecutions"]), quota.code
    if not quota.code:
        return _by_name(subject, quota)
    client, place = subject.client("service-quotas"), {"ServiceCode": quota.service, "QuotaCode": quota.code}
    # A quota that was never changed may have its default only.
    for read in (client.get_service_quota, client.get_aws_default_service_quota):
        try:
            return float(read(**place)["Quota"]["Value"]), quota.code
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchResourceException":
                raise
    return 0.0, _NONE


def _by_name(subject: Subject, quota: Quota) -> tuple[float, str]:
    """Look up a quota whose code is not in the table."""
    items = subject.pages("service-quotas", "list_service_quotas", "Quotas", ServiceCode=quota.service)
    found = next((item for item in items if item["QuotaName"] == quota.name), None)
    return (float(found["Value"]), found["QuotaCode"]) if found else (0.0, _NONE)
