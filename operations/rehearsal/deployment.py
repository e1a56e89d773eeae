"""A deployment rehearsed: the real CDK command line creates, diffs, updates and destroys dev on an emulator."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from common.errors import PlatformError
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV
from infra.names import PlatformNames
from operations.drift import find_drift
from operations.rehearsal.changes import CHANGED, CHANGES, expect_changes
from operations.rehearsal.command_line import CommandLine
from operations.rehearsal.emulator import emulated_types, emulator
from operations.rehearsal.inventory import LISTINGS, Inventory, missing, take_inventory
from operations.rehearsal.stripping import Stripped, strip_assembly, supported_types
from stacks.synth import synthesize


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was done, and what the services' APIs told after it."""

    name: str
    seconds: float
    seen: str


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What was done, and what was left out of it."""

    steps: Sequence[Step]
    stripped: Stripped


def rehearse(cdk: Sequence[str], state: Path) -> Rehearsal:
    """Go through all steps below an empty `state`; raises PlatformError when what exists is not what it should be."""
    _expect(
        supported_types() == emulated_types(), "supported_types.txt is not what the emulator creates; write it anew"
    )
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    first, stripped = _assembly(DEV, state / "first")
    second, _ = _assembly(CHANGED, state / "second")
    with emulator(state, account=DEV.account, region=DEV.region) as endpoint:
        line = CommandLine(cdk, state, endpoint, account=DEV.account, region=DEV.region)
        before = _bootstrap(line, first)
        steps = [
            _deploy(line, first, stripped, before),
            _refuse(line, first, stripped, before),
            _diff(line, second),
            _update(line, second),
            _drift(line),
            _destroy(line, second, before),
        ]
    return Rehearsal(steps=steps, stripped=stripped)


def _assembly(config: PlatformConfig, folder: Path) -> tuple[Path, Stripped]:
    synthesize([config], folder / "full")
    target = folder / "stripped"
    return target, strip_assembly(folder / "full" / config.environment, target, supported_types())


def _bootstrap(line: CommandLine, assembly: Path) -> Inventory:
    line.run("bootstrap", assembly, f"aws://{DEV.account}/{DEV.region}")
    return take_inventory(line.session, line.endpoint)


def _deploy(line: CommandLine, assembly: Path, stripped: Stripped, before: Inventory) -> Step:
    seconds = line.run("deploy", assembly, "--all", "--require-approval", "never")
    expected = _expected(line, stripped)
    lacking = missing(expected, before, take_inventory(line.session, line.endpoint))
    _expect(not lacking, f"stacks say these exist, their services do not: {lacking}")
    wrong = expect_changes(line.session, line.endpoint, is_updated=False)
    _expect(not wrong, f"after the first deployment {wrong}")
    found = sum(ids.total() for ids in expected.values())
    return Step(name="deploy", seconds=seconds, seen=f"{found} resources of {len(expected)} types exist")


def _refuse(line: CommandLine, assembly: Path, stripped: Stripped, before: Inventory) -> Step:
    """Data is protected until both keys are turned, which only the second revision does."""
    stack = PlatformNames.of(DEV).resource("data")
    seconds = line.run("destroy", assembly, stack, "--exclusively", "--force", fails_with="TerminationProtection")
    lacking = missing(_expected(line, stripped), before, take_inventory(line.session, line.endpoint))
    _expect(not lacking, f"a refused destroy took these along: {lacking}")
    return Step(name="destroy refused", seconds=seconds, seen=f"{stack} is protected, all of it still exists")


def _diff(line: CommandLine, assembly: Path) -> Step:
    seconds = line.run("diff", assembly, "--all", "--fail", fails_with="differences")
    return Step(name="diff", seconds=seconds, seen="differences found before the update")


def _update(line: CommandLine, assembly: Path) -> Step:
    seconds = line.run("deploy", assembly, "--all", "--require-approval", "never")
    wrong = expect_changes(line.session, line.endpoint, is_updated=True)
    _expect(not wrong, f"after the update {wrong}")
    line.run("diff", assembly, "--all", "--fail")
    return Step(name="update", seconds=seconds, seen="; ".join(f"{c.what}: {c.before} to {c.after}" for c in CHANGES))


def _drift(line: CommandLine) -> Step:
    """Somebody changes a setting behind the stacks' back: drift detection names it, and nothing before."""
    began, names = monotonic(), PlatformNames.of(DEV)
    cloudformation = line.session.client("cloudformation", endpoint_url=line.endpoint)
    found = find_drift(cloudformation, names, sleep)
    _expect(not found, f"drift of what was just deployed: {found}")
    group = f"/{names.prefix}/flow-logs"
    line.session.client("logs", endpoint_url=line.endpoint).put_retention_policy(logGroupName=group, retentionInDays=1)
    found = find_drift(cloudformation, names, sleep)
    properties = [(each.type, each.status, *each.properties) for each in found]
    wanted = [("AWS::Logs::LogGroup", "MODIFIED", "/RetentionInDays")]
    _expect(properties == wanted, f"drift is {properties}, changed was {wanted}")
    return Step(name="drift", seconds=monotonic() - began, seen="none, then the one retention changed by hand")


def _destroy(line: CommandLine, assembly: Path, before: Inventory) -> Step:
    seconds = line.run("destroy", assembly, "--all", "--force")
    now = take_inventory(line.session, line.endpoint)
    left = {kind: sorted((now[kind] - before[kind]).elements()) for kind in LISTINGS if now[kind] - before[kind]}
    _expect(not left, f"destroy left {left}")
    return Step(name="destroy", seconds=seconds, seen=f"nothing is left of {len(LISTINGS)} types")


def _expected(line: CommandLine, stripped: Stripped) -> dict[str, Counter[str]]:
    """The physical ids that the stacks claim to have made for the resources of the templates, by type."""
    expected = defaultdict[str, Counter[str]](Counter)
    for stack, types in stripped.kept.items():
        claimed = line.claimed(stack)
        _expect(set(claimed) == set(types), f"{stack} has {sorted(set(claimed) ^ set(types))} too much or too little")
        for logical_id, kind in types.items():
            expected[kind][claimed[logical_id]] += 1
    return dict(expected)


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise PlatformError(f"rehearsal of a deployment: {otherwise}")
