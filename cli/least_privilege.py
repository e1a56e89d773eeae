"""Shows for each role of each environment what it may do against what it is used for."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from checks.least_privilege import RolePermissions, compare
from cli.synth import synthesize_all
from common.errors import PlatformError


def show_least_privilege(console: Console, *, as_json: bool) -> None:
    """Print every role; raises PlatformError when a right is unused or missing."""
    with TemporaryDirectory() as folder, console.status("synthesizing"):
        outdirs = synthesize_all(Path(folder))
        from app import placed  # noqa: PLC0415 - it starts Node, which synthesis has chosen by now

        rights = [
            each for name, outdir in outdirs.items() for each in compare(placed(name, os.environ), _templates(outdir))
        ]
    if as_json:
        console.print_json(json.dumps([_figures(each) for each in rights]))
    else:
        for name in outdirs:
            console.print(_table(name, (each for each in rights if each.environment == name)))
        console.print(
            "Used: contracts, code of jobs and DAGs, and AWS's documents as checks/used_actions.toml names them"
        )
    wrong = [f"{each.environment}/{each.role}" for each in rights if each.unused or each.missing]
    if wrong:
        raise PlatformError(
            f"rights of {', '.join(wrong)} are not what they are used for; see the columns on the right"
        )


def _templates(outdir: Path) -> dict[str, dict[str, Any]]:
    return {path.name: json.loads(path.read_text()) for path in sorted(outdir.glob("*.template.json"))}


def _figures(rights: RolePermissions) -> Mapping[str, Any]:
    return {
        "environment": rights.environment,
        "role": rights.role,
        "granted": sorted(rights.granted),
        "used": {action: sorted(users) for action, users in sorted(rights.used.items())},
        "unused": rights.unused,
        "missing": rights.missing,
    }


def _table(name: str, rights: Iterable[RolePermissions]) -> Table:
    table = Table("role", "granted", "used", "by", "unused", "missing", title=f"Rights in {name}")
    for each in rights:
        users = {user for found in each.used.values() for user in found}
        unused, missing = "\n".join(each.unused) or "-", "\n".join(each.missing) or "-"
        table.add_row(each.role, str(len(each.granted)), str(len(each.used)), str(len(users)), unused, missing)
    return table
