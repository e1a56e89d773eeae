"""Tear down an environment: stop running work, destroy the stacks, and delete resources that services created.

Every step can be repeated, so an interrupted teardown is completed by running it again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from common.errors import PlatformError
from operations.failed_creation import delete_failed_stacks
from operations.teardown import data, leftovers, running_work
from operations.teardown.account import Account

_ATTEMPTS = 3
_MINUTES_BETWEEN = 5
#: The stacks without data, in the order of their deletion. The other stacks need the network and keys stacks.
STATELESS = ("observability", "orchestration", "compute")


@dataclass(frozen=True)
class Step:
    """An action that CloudFormation does not perform; the plan shows its description."""

    name: str
    description: str
    run: Callable[[Account], int]


BEFORE = (
    Step("end-clusters", "terminate EMR clusters", running_work.end_clusters),
    Step("stop-serverless", "stop EMR Serverless applications and their runs", running_work.stop_serverless),
    Step("stop-jobs", "stop SageMaker jobs and Glue runs", running_work.stop_jobs),
    Step("delete-endpoints", "delete SageMaker endpoints, configurations and models", running_work.delete_endpoints),
)
#: Steps that must run before stacks with data can be deleted.
DATA = (
    Step("delete-model-versions", "delete registered model versions", data.delete_model_versions),
    Step("delete-recovery-points", "delete backups", data.delete_recovery_points),
    Step("empty-buckets", "delete every object in every version", data.empty_buckets),
)
#: Steps that delete resources which block the deletion of stacks; repeated before each attempt.
UNBLOCK = (
    Step("revoke-emr-rules", "remove the rules of EMR's security groups", leftovers.revoke_emr_rules),
    Step("delete-interfaces", "delete unused network interfaces of jobs", leftovers.delete_interfaces),
    Step(
        "delete-airflow-endpoints",
        "delete VPC endpoints created by airflow-endpoints",
        leftovers.delete_airflow_endpoints,
    ),
)
AFTER = (Step("delete-logs", "delete logs that services created", leftovers.delete_logs),)
#: Only after all stacks are deleted, which read their code from these files and images.
ASSETS = (Step("delete-assets", "delete the environment's files and images of the bootstrap", data.delete_assets),)
STEPS = {step.name: step for step in (*BEFORE, *DATA, *UNBLOCK, *AFTER, *ASSETS)}


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """Operations on the stacks; each returns whether it succeeded.

    `release` deploys the given stacks so that their data can be deleted, and `destroy` deletes the given stacks.
    """

    release: Callable[[Sequence[str]], bool]
    destroy: Callable[[Sequence[str]], bool]


def tear_down(account: Account, stacks: Stacks, *, deletes_data: bool) -> Iterator[tuple[str, int]]:
    """Run all steps and yield each with its count; raises PlatformError when stacks or resources cannot be deleted.

    Without `deletes_data`, only the stacks without data are deleted; `docs/teardown.md` lists the remaining costs.
    """
    for step in BEFORE:
        yield step.name, step.run(account)
    if deletes_data:
        # A failed creation protects nothing, and deploying it again could fail again.
        yield "delete-failed-stacks", delete_failed_stacks(account)
        # Stacks protect their data until they are deployed with both confirmations.
        existing = leftovers.stack_names(account)
        if existing and not stacks.release(existing):
            raise PlatformError("the stacks could not be deployed without data protection; nothing was deleted")
        for step in DATA:
            yield step.name, step.run(account)
    yield from _destroy(account, stacks, deletes_data=deletes_data)
    for step in AFTER:
        yield step.name, step.run(account)
    if not deletes_data:
        return
    for step in ASSETS:
        yield step.name, step.run(account)
    remaining = leftovers.remaining_resources(account)
    if remaining:
        raise PlatformError(f"{len(remaining)} resources remain, expected are none: {', '.join(remaining)}")


def _destroy(account: Account, stacks: Stacks, *, deletes_data: bool) -> Iterator[tuple[str, int]]:
    names = ("--all",) if deletes_data else tuple(account.names.resource(purpose) for purpose in STATELESS)
    # Security groups that remain need their rules. Access logs arrive hours late and fill their bucket meanwhile.
    repeated = [step.name for step in UNBLOCK] + ["empty-buckets"] if deletes_data else ["delete-interfaces"]
    for _ in range(_ATTEMPTS):
        for name in repeated:
            yield name, STEPS[name].run(account)
        if stacks.destroy(names):
            yield "destroy", len(names)
            return
        account.pause(60 * _MINUTES_BETWEEN)
    raise PlatformError(
        f"the stacks could not be deleted in {_ATTEMPTS} attempts; see CloudFormation's events, then run teardown again"
    )
