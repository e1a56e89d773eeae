"""Where an environment is deployed: the values that differ between installations of the same settings."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Location:
    """Account, region and what belongs to them; a value that is not given is taken from the environment's settings.

    `zones` are zone ids. `host` is MLflow's, and `ca_bundle` a PEM file with the private authority that issued its
    certificate. `email` receives notifications. `repository` is the GitHub repository whose workflows may
    deploy the environment. `deletion_confirmed` is one of the two confirmations to delete data.
    """

    account: str | None = None
    region: str | None = None
    zones: tuple[str, ...] = ()
    host: str | None = None
    certificate_arn: str | None = None
    ca_bundle: Path | None = None
    email: str | None = None
    repository: str | None = None
    deletion_confirmed: bool = False
