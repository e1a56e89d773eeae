"""Each role purpose, artifact folder and log group name is defined once and referred to by its enum or property."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.names import RolePurpose
from infra.pipeline_scope import PipelineRole
from jobs.contracts.access import Folder

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(
    path
    for folder in ("infra", "stacks", "jobs", "local", "operations", "reports")
    for path in ROOT.glob(f"{folder}/**/*.py")
)
#: Purposes that are also the names of stacks, commands or security groups.
SHARED = {RolePurpose.AIRFLOW, RolePurpose.DEPLOY, RolePurpose.EMR_SERVICE, RolePurpose.TRACKING}


def literals() -> Iterator[tuple[Path, str]]:
    """Every text in the product code that is not a docstring, with its file."""
    for path in PRODUCT:
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
                yield path.relative_to(ROOT), node.value


def arguments_of(*calls: str) -> Iterator[tuple[Path, ast.expr]]:
    """The first argument of calls of these methods, and `purpose` wherever it is passed."""
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield from ((path.relative_to(ROOT), each.value) for each in node.keywords if each.arg == "purpose")
                if isinstance(node.func, ast.Attribute) and node.func.attr in calls and node.args:
                    yield path.relative_to(ROOT), node.args[0]


@pytest.mark.parametrize("purpose", sorted(set(RolePurpose) - SHARED))
def test_a_role_purpose_is_written_once(purpose: RolePurpose) -> None:
    written = [str(path) for path, text in literals() if text == purpose]
    assert written == ["infra/names.py"]


def test_no_role_is_named_by_a_literal() -> None:
    named = list(arguments_of("role", "role_arn", "bootstrap_role_arn"))
    assert named
    assert [str(path) for path, argument in named if isinstance(argument, ast.Constant | ast.JoinedStr)] == []


@pytest.mark.parametrize("folder", Folder)
def test_no_uri_or_arn_of_the_artifacts_bucket_is_built_from_a_literal(folder: Folder) -> None:
    literal = re.compile(rf'(ARTIFACTS\]?, f?"{folder}\b)')
    assert [str(path.relative_to(ROOT)) for path in PRODUCT if literal.search(path.read_text())] == []


@pytest.mark.parametrize("prefix", ["aws-waf-logs-", "/aws/lambda/", "/aws/rds/instance/"])
def test_a_log_group_name_is_written_once(prefix: str) -> None:
    assert [str(path) for path, text in literals() if text == prefix] == ["infra/names.py"]


def test_the_table_of_used_actions_names_known_purposes() -> None:
    table = tomllib.loads((ROOT / "checks" / "permissions" / "used_actions.toml").read_text())
    assert set(table["role"]) <= {*RolePurpose, *PipelineRole}
