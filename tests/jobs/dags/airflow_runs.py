"""Prepares an Airflow home as `local.services.dag_run` does, then runs the cases.

Airflow reads its settings when it is imported, so the home comes first.
"""

import os
import runpy
from pathlib import Path

from local.services.dag_run import prepare

if __name__ == "__main__":
    prepare(Path(os.environ["AIRFLOW_HOME"]))
    runpy.run_module("tests.jobs.dags.airflow_cases", run_name="__main__")
