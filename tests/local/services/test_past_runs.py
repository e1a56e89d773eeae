import sqlite3
from pathlib import Path

import pytest

from common.errors import PlatformError
from common.paths import StatePaths
from jobs.dags.names import run_key
from local.services.dag_part import Part
from local.services.past_runs import require_past

DAGS = ("meters_data", "meters_training")
OLDEST, NEWEST = "manual__2026-01-01T00:00:00+00:00", "manual__2026-01-02T00:00:00+00:00"


@pytest.fixture
def paths(tmp_path: Path) -> StatePaths:
    """A state folder with two runs of one DAG, in the columns of Airflow's database that are read."""
    paths = StatePaths(tmp_path)
    (paths.airflow / "airflow-3.0.6.db").touch()
    with sqlite3.connect(paths.airflow / "airflow-3.2.1.db") as database:
        database.execute("CREATE TABLE dag_run (dag_id, run_id, run_after)")
        database.execute("CREATE TABLE task_instance (dag_id, run_id, task_id)")
        for run_id in (OLDEST, NEWEST):
            database.execute("INSERT INTO dag_run VALUES (?, ?, ?)", (DAGS[0], run_id, run_id))
            for task in ("lake.ingest", "announce"):
                database.execute("INSERT INTO task_instance VALUES (?, ?, ?)", (DAGS[0], run_id, task))
    return paths


@pytest.mark.parametrize(
    "part",
    [
        Part("ingest", onward=True),
        Part("lake.ingest", onward=False, run=OLDEST),
        Part("announce", onward=True, run=run_key(NEWEST)),
    ],
)
def test_a_part_of_a_past_run_is_accepted(paths: StatePaths, part: Part) -> None:
    require_past(paths, DAGS, part)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (
            Part("nothing", onward=True),
            r"no task 'nothing' in \['meters_data', 'meters_training'\]; tasks are \['announce', 'lake.ingest'\]",
        ),
        (Part("ingest", onward=True, run="nothing"), rf"have no run 'nothing'; runs are \['{run_key(NEWEST)}',"),
    ],
)
def test_a_part_that_no_past_run_has_is_refused(paths: StatePaths, part: Part, message: str) -> None:
    with pytest.raises(PlatformError, match=message):
        require_past(paths, DAGS, part)


def test_without_a_past_run_there_is_no_part(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match=r"\['meters_data', 'meters_training'\] have not run yet"):
        require_past(StatePaths(tmp_path), DAGS, Part("ingest", onward=True))
