"""Commands about MWAA: what it installs, what it waits for, and whether it shows what was deployed."""

import os
import time
from typing import Any

import typer

airflow = typer.Typer()
_PAUSE_SECONDS = 30


@airflow.command()
def airflow_endpoints(environment: str) -> None:
    """Make the VPC endpoints that MWAA waits for while it is deployed with endpoints of the VPC's owner."""
    from operations.airflow_endpoints import create_endpoints

    name, clients = _deployed(environment)
    made = create_endpoints(clients("mwaa"), clients("ec2"), name, pause=_pause)
    typer.echo(f"{name}: {', '.join(made)}")


@airflow.command()
def airflow_smoke(environment: str) -> None:
    """Check that a deployed Airflow shows exactly the DAGs of its release."""
    from operations.airflow_smoke import require_release

    name, clients = _deployed(environment)
    typer.echo(f"{name}: {', '.join(require_release(clients('mwaa'), clients('s3'), name, pause=_pause))}")


def _deployed(environment: str) -> tuple[str, Any]:
    """The name of an environment's MWAA, and clients for its region with the caller's credentials."""
    import boto3

    from app import placed
    from infra.names import PlatformNames

    names = PlatformNames.of(placed(environment, os.environ))
    return names.prefix, boto3.Session(region_name=names.region).client


def _pause() -> None:
    time.sleep(_PAUSE_SECONDS)
