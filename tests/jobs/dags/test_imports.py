"""No DAG code reaches for the metadata database: Airflow 3 forbids it to tasks, and MWAA's may be lost."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.dags.conftest import DAGS

#: Modules that lead to the database, or to what would be kept in it.
FORBIDDEN = (
    "airflow.models",
    "airflow.settings",
    "airflow.utils.db",
    "airflow.utils.session",
    "sqlalchemy",
    "psycopg2",
)
#: Names of the SDK that look something up there; connections and variables are Secrets Manager's.
FORBIDDEN_NAMES = {"BaseHook", "Connection", "Variable", "get_current_context"}


def forbidden(source: str) -> Iterator[str]:
    """What a DAG file imports and may not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for module in modules:
            is_lookup = module.startswith("airflow.") and module.rpartition(".")[2] in FORBIDDEN_NAMES
            if is_lookup or f"{module}.".startswith(tuple(f"{each}." for each in FORBIDDEN)):
                yield module


@pytest.mark.parametrize("path", sorted(DAGS.rglob("*.py")), ids=lambda path: path.name)
def test_dag_code_has_no_way_to_the_metadata_database(path: Path) -> None:
    assert list(forbidden(path.read_text())) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from airflow.models import DagRun", "airflow.models.DagRun"),
        ("from airflow.models.dagrun import DagRun", "airflow.models.dagrun.DagRun"),
        ("from airflow.utils.session import create_session", "airflow.utils.session.create_session"),
        ("import sqlalchemy.orm", "sqlalchemy.orm"),
        ("def task():\n    from airflow.sdk import Variable", "airflow.sdk.Variable"),
    ],
)
def test_a_way_to_the_database_is_noticed(source: str, found: str) -> None:
    assert list(forbidden(source)) == [found]
