"""Prepares an Airflow home as `embedded.dag_run` does, then runs the cases: Airflow reads settings when imported."""

import os
import runpy
from pathlib import Path

from embedded.dag_run import prepare

if __name__ == "__main__":
    prepare(Path(os.environ["AIRFLOW_HOME"]))
    runpy.run_module("tests.jobs.dags.airflow_cases", run_name="__main__")
