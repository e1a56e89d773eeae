"""Whose credentials are used, and whether the account has the region: otherwise nothing else can be examined."""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from operations.doctor.obstacle import ACCOUNT, Obstacle
from operations.doctor.subject import Subject

_USABLE = ("ENABLED", "ENABLED_BY_DEFAULT")


def identity_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for a region that is not enabled, missing credentials, or credentials of another account."""
    if (status := _region_status(subject)) not in {None, *_USABLE}:
        region = subject.config.region
        yield Obstacle(
            stage=ACCOUNT,
            what=f"region {region} is {status} in the account",
            why="every call there ends with InvalidClientTokenId; AWS takes minutes to hours to enable a region",
            remedy=[
                f"aws account enable-region --region-name {region}",
                f"aws account get-region-opt-status --region-name {region}    # until it is ENABLED",
            ],
        )
        return
    setting = f"PLATFORM_{subject.config.environment.upper()}_ACCOUNT"
    try:
        account = subject.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        yield Obstacle(
            stage=ACCOUNT,
            what=f"AWS accepts no credentials of this shell ({error})",
            why="nothing in the account can be examined or deployed",
            remedy=[f"aws sso login    # or aws login, or the keys of account {subject.config.account}"],
        )
        return
    if account != subject.config.account:
        yield Obstacle(
            stage=ACCOUNT,
            what=f"the credentials are of account {account}, and the settings of account {subject.config.account}",
            why="the deployment would stop at its first stack, and the checks below would examine the wrong account",
            remedy=[f"export {setting}={account}    # or use credentials of account {subject.config.account}"],
        )


def _region_status(subject: Subject) -> str | None:
    """Return whether the account may use the region; None where the caller may not ask.

    The endpoint of this service is global, so it answers for regions that are not enabled.
    """
    try:
        answer = subject.client("account").get_region_opt_status(RegionName=subject.config.region)
    except (BotoCoreError, ClientError):
        return None
    return str(answer["RegionOptStatus"])
