"""Rehearse failed first creations: each stack fails once, is prepared as `make deploy` prepares it, and is repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from common.errors import PlatformError
from operations.failed_creation import clear_failed_creations
from operations.rehearsal.command_line import CommandLine
from operations.rehearsal.failing import FAILURE, creation_order, with_failure
from operations.teardown.account import Account

_FAILED, _CREATED = "ROLLBACK_COMPLETE", "CREATE_COMPLETE"


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """Two attempts to create a stack: one with a resource that cannot be created, and one without it."""

    stack: str
    purpose: str
    resources: int
    """Resources that the first attempt created before the injected failure."""
    first: str
    cleared: Sequence[str]
    """What was changed between the attempts."""
    second: str
    seconds: float


def create_with_failures(cli: CommandLine, assembly: Path, account: Account) -> list[Attempts]:
    """Create every stack at the second attempt; raises PlatformError unless the first fails and the second succeeds."""
    return [_create(cli, assembly, account, stack) for stack in creation_order(assembly)]


def _create(cli: CommandLine, assembly: Path, account: Account, stack: str) -> Attempts:
    start = monotonic()
    failing = with_failure(assembly, assembly.with_name(f"failing-{stack}"), stack)
    cli.run("deploy", failing, stack, *_ALONE, fails_with=FAILURE)
    created = _created(account, stack)
    first = _require(account, stack, _FAILED)
    cleared = list(clear_failed_creations(account))
    cli.run("deploy", assembly, stack, *_ALONE)
    second = _require(account, stack, _CREATED)
    return Attempts(
        stack=stack,
        purpose=stack.removeprefix(account.prefix),
        resources=created,
        first=first,
        cleared=cleared,
        second=second,
        seconds=monotonic() - start,
    )


_ALONE = ("--exclusively", "--require-approval", "never")


def _created(account: Account, stack: str) -> int:
    """Return how many resources of the stack were created, and rolled back again."""
    events = list(account.pages("cloudformation", "describe_stack_events", "StackEvents", StackName=stack))
    created = {event["LogicalResourceId"] for event in events if event["ResourceStatus"] == "CREATE_COMPLETE"}
    return len(created)


def _require(account: Account, stack: str, expected: str) -> str:
    (described,) = account.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    status = str(described["StackStatus"])
    if status != expected:
        raise PlatformError(f"rehearsal of a failed creation: {stack} is {status}, expected is {expected}")
    return status
