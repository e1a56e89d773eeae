"""The past runs of DAGs in Airflow's database, read before anything starts."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from common.errors import PlatformError
from common.paths import StatePaths
from local.services.dag_part import DagRunError, Part

#: The file is named by the version of Airflow; an older version's file remains beside it.
_DATABASES = "airflow-*.db"
_RUNS = "SELECT run_id FROM dag_run WHERE dag_id = ? ORDER BY run_after DESC"
_TASKS = "SELECT DISTINCT task_id FROM task_instance WHERE dag_id = ?"


def require_past(paths: StatePaths, dag_ids: Sequence[str], part: Part) -> None:
    """Raise PlatformError if no past run of these DAGs has the part: its task, and its run if it names one."""
    runs: dict[str, list[str]] = {dag_id: [] for dag_id in dag_ids}
    tasks: dict[str, list[str]] = {dag_id: [] for dag_id in dag_ids}
    databases = sorted(paths.airflow.glob(_DATABASES), key=lambda path: path.stat().st_mtime)
    for path in databases[-1:]:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            for dag_id in dag_ids:
                runs[dag_id] = [row[0] for row in database.execute(_RUNS, (dag_id,))]
                tasks[dag_id] = [row[0] for row in database.execute(_TASKS, (dag_id,))]
    try:
        part.choose(tasks, runs)
    except DagRunError as error:
        raise PlatformError(str(error)) from error
