"""An environment taken down: what works is stopped, stacks are destroyed, and what services left behind is removed.

Every step may be run again, so a teardown that ended half way is finished by starting it once more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from common.errors import PlatformError
from operations.teardown import data, leftovers, running_work
from operations.teardown.account import Account

_TRIES = 3
_MINUTES_BETWEEN = 5
#: The stacks without data, in the order in which they go. The others stand on network and keys, which stay with them.
STATELESS = ("observability", "orchestration", "compute")


@dataclass(frozen=True)
class Step:
    """One thing that stacks do not do; `says` is what a person reads before it happens."""

    name: str
    says: str
    run: Callable[[Account], int]


BEFORE = (
    Step("end-clusters", "terminate EMR clusters", running_work.end_clusters),
    Step("stop-serverless", "stop EMR Serverless applications and their runs", running_work.stop_serverless),
    Step("stop-jobs", "stop SageMaker jobs and Glue runs", running_work.stop_jobs),
    Step("delete-endpoints", "delete SageMaker endpoints, configurations and models", running_work.delete_endpoints),
)
#: What else must go before stacks that hold data can.
DATA = (
    Step("delete-model-versions", "delete registered model versions", data.delete_model_versions),
    Step("delete-recovery-points", "delete backups", data.delete_recovery_points),
    Step("empty-buckets", "delete every object in every version", data.empty_buckets),
)
#: What services leave in the network, and what a stack cannot be deleted for; tried again when one could not.
UNBLOCK = (
    Step("revoke-emr-rules", "take the rules out of EMR's security groups", leftovers.revoke_emr_rules),
    Step("delete-interfaces", "delete network interfaces that jobs left", leftovers.delete_interfaces),
    Step("delete-airflow-endpoints", "delete endpoints made for MWAA by hand", leftovers.delete_airflow_endpoints),
)
AFTER = (Step("delete-logs", "delete logs that services made", leftovers.delete_logs),)
STEPS = {step.name: step for step in (*BEFORE, *DATA, *UNBLOCK, *AFTER)}


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """How stacks change, each telling success.

    `release` deploys them with their data deletable, `destroy` deletes those it is given, `collect` deletes the images
    and files in the bootstrap's registry and bucket that no stack of the account names.
    """

    release: Callable[[], bool]
    destroy: Callable[[Sequence[str]], bool]
    collect: Callable[[], bool]


def tear_down(account: Account, stacks: Stacks, *, deletes_data: bool) -> Iterator[tuple[str, int]]:
    """Go through all steps, telling each with its count; raises PlatformError when stacks resist or anything is left.

    Without `deletes_data` only stacks without data go, and what costs on is what `docs/teardown.md` lists.
    """
    for step in BEFORE:
        yield step.name, step.run(account)
    if deletes_data:
        # Stacks protect their data until they are deployed with both keys turned.
        if not stacks.release():
            raise PlatformError("the stacks could not be deployed with their data deletable; nothing was deleted")
        for step in DATA:
            yield step.name, step.run(account)
    yield from _destroy(account, stacks, deletes_data=deletes_data)
    for step in AFTER:
        yield step.name, step.run(account)
    if not deletes_data:
        return
    yield "collect-assets", int(stacks.collect())
    remaining = leftovers.left_over(account)
    if remaining:
        raise PlatformError(f"{len(remaining)} resources are left, allowed are none: {', '.join(remaining)}")


def _destroy(account: Account, stacks: Stacks, *, deletes_data: bool) -> Iterator[tuple[str, int]]:
    names = ("--all",) if deletes_data else tuple(account.names.resource(purpose) for purpose in STATELESS)
    # Groups that stay need their rules again. Access logs come hours late, so their bucket fills while one waits.
    again = [step.name for step in UNBLOCK] + ["empty-buckets"] if deletes_data else ["delete-interfaces"]
    for _ in range(_TRIES):
        for name in again:
            yield name, STEPS[name].run(account)
        if stacks.destroy(names):
            yield "destroy", len(names)
            return
        account.pause(60 * _MINUTES_BETWEEN)
    raise PlatformError(
        f"stacks could not be deleted in {_TRIES} tries; CloudFormation's events say why, then run again"
    )
