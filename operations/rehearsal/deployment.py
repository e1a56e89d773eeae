"""Rehearse a deployment: the real CDK CLI creates, compares, updates and removes dev on an emulator.

The first creation of each stack fails once and is repeated, and a second environment stays when dev is removed.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from common.errors import PlatformError
from infra.config.location import Location
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, STAGING, relocated
from infra.names import PlatformNames
from operations.drift import find_drift
from operations.rehearsal.command_line import CommandLine
from operations.rehearsal.emulator import emulator, require_current_rows
from operations.rehearsal.first_creation import Attempts, create_with_failures
from operations.rehearsal.stripping import strip_assembly
from operations.rehearsal.two_environments import add_content, inventory, require_untouched, take_down
from operations.teardown.account import Account
from stacks.synth import synthesize

#: A second environment in the account and region of dev, whose catalog it therefore does not encrypt.
SECOND = replace(relocated(STAGING, Location(account=DEV.account)), lake=replace(STAGING.lake, encrypt_catalog=False))
#: Dev with other settings. Both confirmations to delete data are set, so that the stacks can be destroyed afterwards.
CHANGED = replace(
    DEV,
    retention=replace(DEV.retention, log_days=60, deletion_confirmed=True),
    tracking=replace(DEV.tracking, cpu=1024),
    budget=replace(DEV.budget, email="operators@example.com"),
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One completed step and its result."""

    name: str
    seconds: float
    result: str


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The attempts to create each stack, the steps after them, and the resources that the emulator cannot create."""

    attempts: Sequence[Attempts]
    steps: Sequence[Step]
    omitted: Mapping[str, int]


def rehearse(cdk: Sequence[str], state: Path) -> Rehearsal:
    """Run all steps in an emptied folder `state`; raises PlatformError when a step does not end as expected."""
    require_current_rows()
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    first, omitted = _assembly(DEV, state / "first")
    second, _ = _assembly(CHANGED, state / "second")
    other, _ = _assembly(SECOND, state / "other")
    with emulator(state, account=DEV.account, region=DEV.region) as endpoint:
        cli = CommandLine(cdk, state, endpoint, account=DEV.account, region=DEV.region)
        cli.run("bootstrap", first, f"aws://{DEV.account}/{DEV.region}")
        attempts = create_with_failures(cli, first, _account(cli, DEV))
        steps = [
            _destroy_protected(cli, first),
            _diff(cli, second),
            _update(cli, second),
            _drift(cli),
            *_take_down(cli, second, other),
        ]
    return Rehearsal(attempts=attempts, steps=steps, omitted=omitted)


def _assembly(config: PlatformConfig, folder: Path) -> tuple[Path, Mapping[str, int]]:
    synthesize([config], folder / "full")
    target = folder / "stripped"
    return target, strip_assembly(folder / "full" / config.environment, target)


def _account(cli: CommandLine, config: PlatformConfig) -> Account:
    def client(service: str) -> Any:
        return cli.session.client(service, endpoint_url=cli.endpoint)

    return Account(names=PlatformNames.of(config), client=client, pause=sleep)


def _destroy_protected(cli: CommandLine, assembly: Path) -> Step:
    """The data stack is protected until both confirmations are set, which only the second revision does."""
    stack = PlatformNames.of(DEV).resource("data")
    seconds = cli.run("destroy", assembly, stack, "--exclusively", "--force", fails_with="TerminationProtection")
    return Step(name="destroy of protected data", seconds=seconds, result=f"{stack} rejects its deletion")


def _diff(cli: CommandLine, assembly: Path) -> Step:
    seconds = cli.run("diff", assembly, "--all", "--fail", fails_with="differences")
    return Step(name="diff", seconds=seconds, result="differences before the update")


def _update(cli: CommandLine, assembly: Path) -> Step:
    seconds = cli.run("deploy", assembly, "--all", "--require-approval", "never")
    cli.run("diff", assembly, "--all", "--fail")
    return Step(name="update", seconds=seconds, result="no differences after the update")


def _drift(cli: CommandLine) -> Step:
    """Expect no drift, change one retention period outside CloudFormation, and expect that drift alone."""
    start = monotonic()
    _require_drift(cli, [])
    group = f"/{PlatformNames.of(DEV).prefix}/flow-logs"
    cli.session.client("logs", endpoint_url=cli.endpoint).put_retention_policy(logGroupName=group, retentionInDays=1)
    _require_drift(cli, [("AWS::Logs::LogGroup", "MODIFIED", "/RetentionInDays")])
    return Step(name="drift", seconds=monotonic() - start, result="none, then the one retention period changed by hand")


def _require_drift(cli: CommandLine, expected: list[tuple[str, ...]]) -> None:
    drifts = find_drift(_account(cli, DEV).client("cloudformation"), PlatformNames.of(DEV), sleep)
    actual = [(drift.type, drift.status, *drift.properties) for drift in drifts]
    if actual != expected:
        raise PlatformError(f"rehearsal of a deployment: drift is {actual}, expected {expected}")


def _take_down(cli: CommandLine, assembly: Path, other_assembly: Path) -> list[Step]:
    """Deploy a second environment beside dev, remove dev with its data, and expect that the second one is untouched."""
    start = monotonic()
    dev, other = _account(cli, DEV), _account(cli, SECOND)
    cli.run("deploy", other_assembly, "--all", "--require-approval", "never")
    for account, stripped in ((dev, assembly), (other, other_assembly)):
        add_content(account, stripped.with_name("full") / account.names.environment)
    before, removed = inventory(other), inventory(dev)
    deployed = monotonic()
    take_down(cli, assembly, dev)
    require_untouched(other, before, dev)
    return [
        Step(name="second environment", seconds=deployed - start, result=f"{SECOND.environment}: {before}"),
        Step(
            name="teardown of dev",
            seconds=monotonic() - deployed,
            result=f"removed {removed}; {SECOND.environment} keeps {before}",
        ),
    ]
