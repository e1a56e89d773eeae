"""Run one DAG with Airflow's `dag.test()`.

`python -m local.services.dag_run <dag_id> --conf JSON --events PATH` runs in the Airflow environment. With `--task` or
`--from` it runs a part of a past run again; then several DAGs may be given, of which one has the task. The other
settings are variables: AIRFLOW_HOME, AIRFLOW__PLATFORM__*, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_REGION
and credentials. Airflow's output goes to `$AIRFLOW_HOME/logs/<dag_id>.log`. The events file receives one JSON line
per task start, task end and end of the run. The exit code is 0 if the run succeeded, 1 if it failed and 2 if it
could not start.
"""

import argparse
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from local.services.dag_part import DagRunError, Part

DAGS = Path(__file__).parents[2] / "jobs"

_EXIT_NOT_STARTED = 2


def main() -> None:
    """Run the DAG given on the command line."""
    parser = argparse.ArgumentParser(prog="local.services.dag_run", description="Run one DAG in this process.")
    parser.add_argument("dag_ids", nargs="+")
    parser.add_argument("--conf", default="{}", help="parameters of the DAG as a JSON object")
    parser.add_argument("--events", type=Path, required=True, help="file that receives the events as JSON lines")
    parser.add_argument("--task", default="", help="run this task of a past run again, and no other")
    parser.add_argument("--from", dest="first", default="", help="run this task of a past run and those after it again")
    parser.add_argument("--run", default="", help="run id or run key of the past run; default: the newest one")
    options = parser.parse_args()
    home = Path(os.environ["AIRFLOW_HOME"]).absolute()
    terminal = os.fdopen(os.dup(2), "w")
    name = options.dag_ids[0]
    _redirect_output(home / "logs" / f"{name}.log")
    prepare(home)
    from local.services.dag_session import run, run_part  # noqa: PLC0415 - Airflow reads its settings at import

    try:
        if options.task or options.first:
            part = Part(options.task or options.first, bool(options.first), options.run)
            failure = run_part(options.dag_ids, part, options.events)
        else:
            failure = run(name, options.conf, options.events)
    except DagRunError as error:
        print(f"{name}: {error}", file=terminal)
        sys.exit(_EXIT_NOT_STARTED)
    if failure:
        print(f"{name} failed: {failure}", file=terminal)
        sys.exit(1)


def prepare(home: Path, dags: Path = DAGS) -> None:
    """Set the variables that Airflow reads at import and create its database atomically, once per Airflow version."""
    database = home / f"airflow-{version('apache-airflow-core')}.db"
    os.environ.update(
        AIRFLOW__CORE__DAGS_FOLDER=str(dags),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__LOGGING__LOGGING_LEVEL="INFO",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{database}",
    )
    # botocore reads AWS_DEFAULT_REGION; the platform's other programs read AWS_REGION.
    os.environ.setdefault("AWS_DEFAULT_REGION", os.environ.get("AWS_REGION", "us-east-1"))
    if database.exists():
        return
    unfinished = database.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    environment = os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{unfinished}"}
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], env=environment, check=True)
    unfinished.replace(database)


def _redirect_output(log: Path) -> None:
    """Redirect the output of this process and its children to the log file; Airflow prints task lines twice."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


if __name__ == "__main__":
    main()
