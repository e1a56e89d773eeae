"""Compare the granted and the used permissions of each role in each environment, and print them."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from checks.permissions.least_privilege import RolePermissions, compare
from cli.synth import synthesize_all
from common.errors import PlatformError
from jobs.contracts.pipeline import load_pipelines


def show_least_privilege(console: Console, *, as_json: bool) -> None:
    """Print every role; raises PlatformError if a permission is unused or missing."""
    with TemporaryDirectory() as folder, console.status("synthesizing"):
        outdirs = synthesize_all(Path(folder))
        from app import placed  # noqa: PLC0415 - importing CDK starts Node, which is chosen by now

        pipelines, roles = load_pipelines(), []
        for name, outdir in outdirs.items():
            roles += compare(placed(name, os.environ), _templates(outdir), pipelines)
    if as_json:
        console.print_json(json.dumps([_as_document(each) for each in roles]))
    else:
        for name in outdirs:
            console.print(_table(name, (each for each in roles if each.environment == name)))
        console.print(
            "Sources of the used permissions: contracts, code of jobs and DAGs, and the AWS pages that "
            "checks/permissions/used_actions.toml and checks/permissions/implied_actions.toml cite"
        )
    wrong = [f"{each.environment}/{each.role}" for each in roles if each.unused or each.missing]
    if wrong:
        raise PlatformError(
            f"unused or missing permissions of {', '.join(wrong)}: see the columns unused and missing; change the "
            "policy, or checks/permissions/used_actions.toml if the use is documented there"
        )


def _templates(outdir: Path) -> dict[str, dict[str, Any]]:
    return {path.name: json.loads(path.read_text()) for path in sorted(outdir.glob("*.template.json"))}


def _as_document(role: RolePermissions) -> Mapping[str, Any]:
    return {
        "environment": role.environment,
        "role": role.role,
        "granted": sorted(role.granted),
        "used": {action: sorted(users) for action, users in sorted(role.used.items())},
        "unused": role.unused,
        "missing": role.missing,
    }


def _table(name: str, roles: Iterable[RolePermissions]) -> Table:
    table = Table("role", "granted", "used", "by", "unused", "missing", title=f"Permissions in {name}")
    for each in roles:
        users = {user for names in each.used.values() for user in names}
        unused, missing = "\n".join(each.unused) or "-", "\n".join(each.missing) or "-"
        table.add_row(each.role, str(len(each.granted)), str(len(each.used)), str(len(users)), unused, missing)
    return table
