"""SQL on the tables of a state folder; the tables are written to local files, so that no server is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from common.errors import PlatformError
from common.paths import REPOSITORY, StatePaths
from jobs.contracts.names import LakeNames
from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import Zone
from local.api.persistence import DurableState
from local.lake import LakeQueries, lake_tables
from local.services.s3 import ObjectStore

PIPELINE = pipeline_names()[0]
DATABASE = LakeNames("dev", "", "").database(PIPELINE, Zone.RAW)


@pytest.fixture
def paths(tmp_path: Path) -> StatePaths:
    """Return a state folder with one table of two rows."""
    paths = StatePaths(tmp_path / "state")
    write(paths, [1, 2])
    return paths


def write(paths: StatePaths, numbers: list[int]) -> None:
    """Append rows to the table and record its new version in the catalog of the state folder."""
    catalog = SqlCatalog("lake", uri=f"sqlite:///{paths.scratch / 'lake.db'}", warehouse=paths.scratch.as_uri())
    rows = pa.table({"number": numbers})
    catalog.create_namespace_if_not_exists(DATABASE)
    table = catalog.create_table_if_not_exists(f"{DATABASE}.items", rows.schema)
    table.append(rows)
    definition = {"Name": "items", "Parameters": {"metadata_location": table.metadata_location}}
    DurableState(paths.catalog).record("glue", "CreateTable", {"DatabaseName": DATABASE, "TableInput": definition})


@pytest.mark.parametrize(
    "table", [f"{DATABASE}.items", f'"{DATABASE}"."items"', f"{PIPELINE}.raw.items", f"{PIPELINE.upper()}.RAW.items"]
)
def test_a_table_has_its_name_in_athena_and_a_short_one(paths: StatePaths, table: str) -> None:
    rows = LakeQueries(paths, ObjectStore(9)).answer(f"SELECT sum(number) FROM {table}")

    assert rows is not None
    assert rows.fetchall() == [(3,)]


def test_a_later_query_reads_what_was_written_in_between(paths: StatePaths) -> None:
    queries = LakeQueries(paths, ObjectStore(9))
    query = f"SELECT count(*) FROM {PIPELINE}.raw.items"
    first = queries.answer(query)
    assert first is not None
    assert first.fetchall() == [(2,)]

    write(paths, [3])

    second = queries.answer(query)
    assert second is not None
    assert second.fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (f"DROP TABLE {PIPELINE}.raw.items", "DROP is not allowed: this shell only reads"),
        (f"INSERT INTO {PIPELINE}.raw.items VALUES (4)", "INSERT is not allowed"),
        ("COPY (SELECT 1) TO 'file.csv'", "COPY is not allowed"),
        ("SELECT * FROM read_text('/etc/hostname')", "file system operations are disabled"),
        (f"SELECT * FROM {PIPELINE}.raw.nothing", "cli sql --tables` lists the tables"),
        ("SELEC 1", "syntax error"),
    ],
)
def test_only_tables_are_read_and_nothing_is_written(paths: StatePaths, query: str, message: str) -> None:
    with pytest.raises(PlatformError, match=message):
        LakeQueries(paths, ObjectStore(9)).answer(query)


def test_tables_of_feature_groups_have_the_pipeline_in_their_short_name(tmp_path: Path) -> None:
    names, paths = LakeNames("dev", "", ""), StatePaths(tmp_path)
    definition = {"Name": names.feature_table(PIPELINE, "group"), "Parameters": {"metadata_location": "s3://b/m.json"}}
    request = {"DatabaseName": names.feature_database, "TableInput": definition}
    DurableState(paths.catalog).record("glue", "CreateTable", request)

    assert [table.short_name for table in lake_tables(paths)] == [f"{PIPELINE}.features.group"]


def command(state: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "sql", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PLATFORM_STATE": str(state)},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_starts_what_it_needs_and_stops_it(paths: StatePaths) -> None:
    done = command(paths.root, f"SELECT number FROM {PIPELINE}.raw.items ORDER BY number", "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"number": 1}, {"number": 2}]
    assert list(paths.run.glob("*.json")) == []


def test_queries_are_read_until_the_end_of_the_input_and_an_error_does_not_end_the_shell(paths: StatePaths) -> None:
    done = command(paths.root, typed=f"SELEC 1;\nSELECT 40 + count(*)\nFROM {PIPELINE}.raw.items;\n")

    assert done.returncode == 0, done.stderr
    assert f"{PIPELINE}.raw.items" in done.stdout
    assert "syntax error" in done.stdout
    assert "42" in done.stdout


def test_a_state_folder_without_tables_is_reported_with_the_next_step(tmp_path: Path) -> None:
    done = command(tmp_path, "--tables")

    assert done.returncode == 1
    assert done.stderr.strip().endswith("has no tables yet; write them with `make run`")
