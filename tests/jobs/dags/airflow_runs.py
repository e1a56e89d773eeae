"""Prepares an Airflow home as `local.services.dag_run` does, then runs the cases.

The arguments are the folder that receives the events and the DAG folder. Airflow reads its settings when it is
imported, so the home comes first.
"""

import os
import runpy
import sys
from pathlib import Path

from local.services.dag_run import prepare

if __name__ == "__main__":
    prepare(Path(os.environ["AIRFLOW_HOME"]), Path(sys.argv[2]))
    runpy.run_module("tests.jobs.dags.airflow_cases", run_name="__main__")
