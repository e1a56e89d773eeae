"""Commands for a deployed MWAA environment."""

import os
import time
from typing import Any

import typer

airflow = typer.Typer()
_PAUSE_SECONDS = 30


@airflow.command()
def airflow_endpoints(environment: str) -> None:
    """Create the VPC endpoints that MWAA waits for when the owner of the VPC manages them."""
    from operations.airflow_endpoints import create_endpoints

    name, clients = _deployed(environment)
    created = create_endpoints(clients("mwaa"), clients("ec2"), name, pause=_pause)
    typer.echo(f"{name}: {', '.join(created)}")


@airflow.command()
def airflow_smoke(environment: str) -> None:
    """Check that the deployed Airflow lists exactly the DAGs of its release."""
    from operations.airflow_smoke import require_release

    name, clients = _deployed(environment)
    typer.echo(f"{name}: {', '.join(require_release(clients('mwaa'), clients('s3'), name, pause=_pause))}")


def _deployed(environment: str) -> tuple[str, Any]:
    """Return the name of the MWAA environment and a client factory for its region with the caller's credentials."""
    import boto3

    from app import placed
    from infra.names import PlatformNames

    names = PlatformNames.of(placed(environment, os.environ))
    return names.prefix, boto3.Session(region_name=names.region).client


def _pause() -> None:
    time.sleep(_PAUSE_SECONDS)
