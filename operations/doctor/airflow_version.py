"""The version of a deployed MWAA environment, which a deployment with another setting would change in place."""

from collections.abc import Iterator

from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject

_STACK = "orchestration"


def airflow_version_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle when the environment exists with a version that the settings do not have."""
    if not subject.exists(_STACK):
        return
    name, wanted = subject.names.prefix, subject.config.airflow.version
    deployed = subject.client("mwaa").get_environment(Name=name)["Environment"].get("AirflowVersion", wanted)
    if deployed != wanted:
        yield Obstacle(
            stage=_STACK,
            what=f"MWAA environment {name} runs Airflow {deployed}, the settings have {wanted}",
            why="a deployment changes the version in place: no task is started meanwhile, and tasks that run are lost",
            remedy=[
                f'to keep it, in infra/environments.py, AirflowConfig: version="{deployed}"',
                "to change it, pause the DAGs and deploy: docs/deploying-airflow.md, Versions and upgrades",
            ],
        )
