"""Whose credentials are used: without those of the environment's account, nothing else can be examined."""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from operations.doctor.obstacle import ACCOUNT, Obstacle
from operations.doctor.subject import Subject


def identity_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle when there are no valid credentials, or those of another account."""
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
